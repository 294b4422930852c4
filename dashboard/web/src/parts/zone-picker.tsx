import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { listZones, QUICKSTART, type Zone, type Zones } from '../api/account.ts';
import type { Client } from '../api/client.ts';
import { Down, Search } from './icons.tsx';

/** Rows that are drawn at once; typing narrows the rest. */
const SHOWN = 200;

/** What a zone is called on the page. */
export function zoneLabel(zone: Zone): string {
  return zone.name === QUICKSTART ? 'Quick start' : zone.name;
}

/** The zones whose name holds what was typed, those that begin with it first. */
export function narrow(zones: readonly Zone[], typed: string): Zone[] {
  const wanted = typed.trim().toLowerCase();
  const at = (zone: Zone): number => {
    const inName = zone.name.toLowerCase().indexOf(wanted);
    return inName >= 0 ? inName : zoneLabel(zone).toLowerCase().indexOf(wanted);
  };
  const held = zones.filter((zone) => at(zone) >= 0);
  return wanted === '' ? held : [...held.filter((zone) => at(zone) === 0), ...held.filter((zone) => at(zone) > 0)];
}

/** A button that opens a searchable list of zones. */
export function ZonePicker({
  client,
  zones,
  zone,
  onOpen,
  onPick,
}: {
  readonly client: Client;
  readonly zones: Zones;
  readonly zone: Zone;
  /** The list is opened: a good moment to look for zones made since. */
  readonly onOpen: () => void;
  readonly onPick: (zone: Zone) => void;
}) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const [found, setFound] = useState<readonly Zone[] | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const root = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLUListElement>(null);

  // More zones than were loaded: the API knows the rest.
  useEffect(() => {
    setFound(null);
    if (!open || zones.complete || typed.trim() === '') {
      return;
    }
    const abort = new AbortController();
    const timer = setTimeout(() => {
      void listZones(client, abort.signal, typed.trim()).then((answer) => {
        if (answer.ok && !abort.signal.aborted) {
          setFound(answer.value.zones);
        }
      });
    }, 200);
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [client, open, typed, zones.complete]);

  const matching = narrow(found ?? zones.zones, typed);
  const shown = matching.slice(0, SHOWN);

  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at, open]);

  const show = (): void => {
    setTyped('');
    setAt(Math.max(0, Math.min(SHOWN - 1, zones.zones.findIndex((one) => one.id === zone.id))));
    setOpen(true);
    onOpen();
  };
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const pick = (picked: Zone | undefined): void => {
    if (picked) {
      onPick(picked);
      close();
    }
  };
  const onKey = (event: KeyboardEvent): void => {
    const last = shown.length - 1;
    const moves: Record<string, () => void> = {
      ArrowDown: () => setAt(Math.min(last, at + 1)),
      ArrowUp: () => setAt(Math.max(0, at - 1)),
      PageDown: () => setAt(Math.min(last, at + 8)),
      PageUp: () => setAt(Math.max(0, at - 8)),
      Enter: () => pick(shown[at]),
      Escape: close,
    };
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      event.stopPropagation();
      move();
    }
  };

  return (
    <div
      className="zone-picker"
      ref={root}
      onBlur={(event) => {
        if (!root.current?.contains(event.relatedTarget)) {
          setOpen(false);
        }
      }}
    >
      <button
        ref={button}
        type="button"
        className="zone-button"
        aria-haspopup="listbox"
        aria-expanded={open}
        aria-label={`Zone: ${zoneLabel(zone)}. Choose another`}
        onClick={() => (open ? close() : show())}
        onKeyDown={(event) => {
          if (!open && event.key === 'ArrowDown') {
            event.preventDefault();
            show();
          }
        }}
      >
        <span>{zoneLabel(zone)}</span>
        <Down />
      </button>
      {open && (
        <div className="zone-list">
          <label className="search">
            <Search />
            <input
              type="text"
              role="combobox"
              autoFocus
              spellCheck={false}
              autoComplete="off"
              placeholder={`Search ${zones.complete ? zones.zones.length : 'all'} zones`}
              aria-label="Search zones"
              aria-expanded="true"
              aria-controls={`${id}-list`}
              aria-activedescendant={shown[at] ? `${id}-${at}` : undefined}
              value={typed}
              onChange={(event) => {
                setTyped(event.target.value);
                setAt(0);
              }}
              onKeyDown={onKey}
            />
          </label>
          <ul id={`${id}-list`} role="listbox" aria-label="Zones" ref={list}>
            {shown.map((one, i) => (
              <li
                key={one.id}
                id={`${id}-${i}`}
                role="option"
                aria-selected={one.id === zone.id}
                data-at={i === at || undefined}
                // Before the field loses the focus, which would close the list.
                onMouseDown={(event) => {
                  event.preventDefault();
                  pick(one);
                }}
                onMouseMove={() => setAt(i)}
              >
                {zoneLabel(one)}
                {one.name === QUICKSTART && <small>every host name</small>}
              </li>
            ))}
          </ul>
          <p className="zone-note" role="status">
            {shown.length === 0
              ? `No zone’s name contains “${typed.trim()}”.`
              : matching.length > shown.length
                ? `The first ${SHOWN} of ${matching.length}; type to narrow.`
                : ''}
          </p>
        </div>
      )}
    </div>
  );
}
