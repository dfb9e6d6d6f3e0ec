/**
 * Lets xterm.js style its elements under a content policy without inline styles. It makes `style` elements and sets `style`
 * attributes, which the policy forbids; sheets and properties that a script sets are allowed. So the elements get sheets,
 * and the attributes become properties.
 */
export function useOwnStyles(): void {
  const create = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions) =>
    // Even an empty `style` element in the page breaks the policy.
    name === "style" ? withSheet(create("template")) : create(name, options);
  HTMLSpanElement.prototype.setAttribute = function set(this: HTMLSpanElement, name, value) {
    if (name === "style") this.style.cssText = value;
    else Element.prototype.setAttribute.call(this, name, value);
  };
}

/** Returns an element whose text goes into a sheet of the document for as long as the element is there. */
function withSheet(element: HTMLElement): HTMLElement {
  const sheet = new CSSStyleSheet();
  let text = "";
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  Object.defineProperty(element, "textContent", {
    get: () => text,
    set(value: string) {
      text = value;
      sheet.replaceSync(value);
    },
  });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    Element.prototype.remove.call(element);
  };
  return element;
}
