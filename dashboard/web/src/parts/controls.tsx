import { useEffect, useId, useRef, useState, type ReactNode, type Ref } from 'react';
import { Check, Copy, Cross } from './icons.tsx';

/** A row of choices of which one holds: real radio buttons, so arrow keys and screen readers work unaided. */
export function Choice<T extends string>({
  legend,
  options,
  value,
  onChange,
}: {
  readonly legend: string;
  readonly options: readonly { readonly id: T; readonly label: string; readonly words?: string }[];
  readonly value: T | null;
  readonly onChange: (id: T) => void;
}) {
  const name = useId();
  return (
    <fieldset className="choice">
      <legend className="unseen">{legend}</legend>
      {options.map((option) => (
        <label key={option.id}>
          <input
            type="radio"
            name={name}
            value={option.id}
            checked={option.id === value}
            aria-label={option.words ?? option.label}
            onChange={() => onChange(option.id)}
            // A click on the one that holds already leaves a zoom.
            onClick={() => option.id === value && onChange(option.id)}
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** A button that is an icon with a name. */
export function IconButton({
  label,
  pressed,
  onClick,
  children,
  ref,
}: {
  readonly label: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}) {
  return (
    <button ref={ref} type="button" className="icon-button" aria-label={label} title={label} aria-pressed={pressed} onClick={onClick}>
      {children}
    </button>
  );
}

/** A small question mark that explains a word on hover, focus and touch; Escape hides it. */
export function Hint({ about, children }: { readonly about: string; readonly children: ReactNode }) {
  const id = useId();
  const [hidden, setHidden] = useState(false);
  return (
    <span
      className="hint"
      data-hidden={hidden || undefined}
      onMouseLeave={() => setHidden(false)}
      onBlur={() => setHidden(false)}
      onKeyDown={(event) => event.key === 'Escape' && setHidden(true)}
    >
      <button type="button" aria-label={`What is ${about}?`} aria-describedby={id}>
        ?
      </button>
      <span role="tooltip" id={id}>
        {children}
      </span>
    </span>
  );
}

/** A modal box: the browser's own dialog keeps the focus in and gives it back. */
export function Box({
  title,
  size,
  onClose,
  children,
}: {
  readonly title: string;
  readonly size?: 'wide';
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    box.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) {
        opener.focus();
      }
    };
  }, []);
  return (
    <dialog
      ref={box}
      aria-labelledby={id}
      data-size={size}
      // React lets the event rise from a box within this one.
      onClose={(event) => event.target === box.current && onClose()}
      onMouseDown={(event) => event.target === box.current && onClose()}
    >
      <div className="box">
        <header>
          <h2 id={id}>{title}</h2>
          <IconButton label="Close" onClick={onClose}>
            <Cross />
          </IconButton>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** Text in a fixed pitch with a button that copies it. */
export function Copyable({ text, label }: { readonly text: string; readonly label: string }) {
  const [done, setDone] = useState(false);
  const body = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!done) {
      return;
    }
    const timer = setTimeout(() => setDone(false), 2_000);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
    } catch {
      // The clipboard needs HTTPS or loopback; elsewhere the text is selected so that one key copies it.
      if (body.current) {
        getSelection()?.selectAllChildren(body.current);
      }
    }
  };
  return (
    <div className="copyable">
      <pre tabIndex={0} aria-label={label}>
        <code ref={body}>{text}</code>
      </pre>
      <button type="button" className="icon-button" aria-label={`Copy ${label}`} onClick={() => void copy()}>
        {done ? <Check /> : <Copy />}
      </button>
      <span className="unseen" role="status">
        {done ? 'Copied' : ''}
      </span>
    </div>
  );
}
