import { Component, createElement, type ComponentClass, type FunctionComponent, type JSX } from "preact";

/** Returns a component that is drawn again only if one of its properties is another one. */
export function memo<P extends object>(inner: FunctionComponent<P>): FunctionComponent<P> {
  class Memo extends Component<P> {
    override shouldComponentUpdate(next: P): boolean {
      const before = this.props as Readonly<Record<string, unknown>>;
      return Object.entries(next).some(([key, value]) => before[key] !== value);
    }
    override render(): JSX.Element {
      return createElement(inner as FunctionComponent<object>, this.props);
    }
  }
  return (props) => createElement(Memo as unknown as ComponentClass<object>, props);
}
