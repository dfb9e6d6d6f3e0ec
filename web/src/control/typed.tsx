import type { JSX } from "preact";
import { useState } from "preact/hooks";

/** A field that wants exactly these words before something goes on. */
export function Typed({
  children,
  onTyped,
  words,
}: {
  readonly words: string;
  /** The words after which it goes on, as a sentence. */
  readonly children: JSX.Element;
  readonly onTyped: (isTyped: boolean) => void;
}): JSX.Element {
  const [text, setText] = useState("");
  return (
    <label class="typed">
      <span>{children}</span>
      <input
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={text}
        onInput={({ currentTarget: { value } }) => {
          setText(value);
          onTyped(value.trim() === words);
        }}
      />
    </label>
  );
}
