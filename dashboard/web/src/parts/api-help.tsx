import { useEffect, useId, useMemo, useState } from 'react';
import { getDescription, search, type Description, type Operation, type Refusal, type Row } from '../api/description.ts';
import type { Failure } from '../api/client.ts';
import { Copyable } from './controls.tsx';
import { Mark } from './icons.tsx';
import { ThemeButton } from './theme-button.tsx';

/** The API, from what it says of itself: for anybody, signed in or not. */
export function ApiHelp() {
  const [description, setDescription] = useState<Description | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [words, setWords] = useState('');
  const [turn, setTurn] = useState(0);
  const id = useId();

  useEffect(() => {
    document.title = 'API · Selvage';
    let gone = false;
    void getDescription(window.location.origin).then((answer) => {
      if (!gone) {
        setDescription(answer.ok ? answer.value : null);
        setFailure(answer.ok ? null : answer.failure);
      }
    });
    return () => {
      gone = true;
    };
  }, [turn]);

  const sections = useMemo(() => search(description?.sections ?? [], words), [description, words]);
  // What the address names is there only now.
  useEffect(() => {
    if (description !== null && window.location.hash !== '') {
      document.getElementById(decodeURIComponent(window.location.hash.slice(1)))?.scrollIntoView();
    }
  }, [description]);

  const count = sections.reduce((all, section) => all + section.operations.length, 0);
  return (
    <div className="page">
      <header className="top-bar">
        <a className="brand" href="/">
          <Mark />
          <span>Selvage</span>
        </a>
        <div className="top-end">
          <ThemeButton />
        </div>
      </header>
      <div className="api-help">
        <nav aria-label="Sections">
          <ul>
            {sections.map((section) => (
              <li key={section.name}>
                <a href={`#${anchor(section.name)}`}>{section.name}</a>
              </li>
            ))}
          </ul>
        </nav>
        <main id="main" tabIndex={-1}>
          <h1>{description?.title ?? 'API'}</h1>
          {failure !== null && (
            <div className="trouble" role="alert">
              <p>{failure.message}</p>
              <button type="button" className="quiet" onClick={() => setTurn(turn + 1)}>
                Try again
              </button>
            </div>
          )}
          {description === null && failure === null && <p role="status">Loading the description …</p>}
          {description !== null && (
            <>
              <p className="words">{description.text}</p>
              <p>
                <a href="/client/v4/openapi.json">The same as an OpenAPI document</a>
              </p>
              <div className="api-search">
                <label htmlFor={id}>Search</label>
                <input id={id} type="search" spellCheck={false} value={words} onChange={(event) => setWords(event.target.value)} />
                <span role="status">{count === 1 ? '1 operation' : `${count} operations`}</span>
              </div>
              {sections.map((section) => (
                <section key={section.name} aria-labelledby={anchor(section.name)}>
                  <h2 id={anchor(section.name)}>{section.name}</h2>
                  <p className="words">{section.text}</p>
                  {section.operations.map((operation) => (
                    <OperationBox key={operation.id} operation={operation} />
                  ))}
                </section>
              ))}
              {words === '' && (
                <section aria-labelledby="any-operation">
                  <h2 id="any-operation">Errors of any operation</h2>
                  <Refusals refusals={description.refusals} />
                </section>
              )}
            </>
          )}
        </main>
      </div>
    </div>
  );
}

function OperationBox({ operation }: { readonly operation: Operation }) {
  return (
    <details className="operation" id={operation.id}>
      <summary>
        <span className="method" data-method={operation.method}>
          {operation.method}
        </span>
        <code>{operation.path}</code>
        <span className="operation-summary">{operation.summary}</span>
        {operation.addition && <Ours />}
      </summary>
      <div className="operation-body">
        {operation.text !== '' && <p className="words">{operation.text}</p>}
        <p>{operation.permission === '' ? 'Needs no permission.' : `Permission: ${operation.permission}`}</p>
        <Rows title="Parameters" rows={operation.parameters} />
        <Rows title="Body" rows={operation.body} />
        <Rows title="Result" rows={operation.answer} />
        {operation.refusals.length > 0 && (
          <>
            <h3>Errors</h3>
            <Refusals refusals={operation.refusals} />
          </>
        )}
        <h3>Example</h3>
        <Copyable text={operation.example} label="Copy the example" />
      </div>
    </details>
  );
}

function Rows({ title, rows }: { readonly title: string; readonly rows: readonly Row[] }) {
  if (rows.length === 0) {
    return null;
  }
  return (
    <>
      <h3>{title}</h3>
      <div className="wide" tabIndex={0} role="region" aria-label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row, i) => (
              <tr key={`${row.name} ${i}`}>
                <th scope="row">
                  <code>{row.name}</code>
                  {row.required && <span className="required"> required</span>}
                  {row.addition && <Ours />}
                </th>
                <td>{row.type}</td>
                <td>{row.text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Refusals({ refusals }: { readonly refusals: readonly Refusal[] }) {
  return (
    <div className="wide" tabIndex={0} role="region" aria-label="Errors">
      <table>
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Code</th>
            <th scope="col">When</th>
          </tr>
        </thead>
        <tbody>
          {refusals.map((refusal) => (
            <tr key={`${refusal.status} ${refusal.code}`}>
              <td>{refusal.status}</td>
              <td>{refusal.code}</td>
              <td>{refusal.when}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Ours() {
  return <span className="ours">Selvage only</span>;
}

function anchor(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
