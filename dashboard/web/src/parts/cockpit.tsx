import { useCallback, useEffect, useRef, useState } from 'react';
import { query, type Breakdown, type Group, type PanelId, type PathGroup } from '../api/analytics.ts';
import { getZone, listZones, QUICKSTART, type Zone, type Zones } from '../api/account.ts';
import type { Client, Failure } from '../api/client.ts';
import { urlOf } from '../api/purge.ts';
import { ago, cacheStatusMeaning, country, percent, statusPhrase } from '../numbers/format.ts';
import { total } from '../numbers/traffic.ts';
import { preset, PRESETS, refreshEvery, spanLabel, type Span } from '../state/range.ts';
import { usePlace } from '../state/use-place.ts';
import { useTraffic } from '../state/use-traffic.ts';
import { QueryBox } from './boxes.tsx';
import { BreakdownPanel, type Line } from './breakdown.tsx';
import { Choice, Copyable, IconButton } from './controls.tsx';
import { Dial } from './dial.tsx';
import { Book, Braces, Broom, Leave, Mark, Pause, Play } from './icons.tsx';
import { PathsPanel } from './paths.tsx';
import { PurgePanel } from './purge-panel.tsx';
import { ThemeButton } from './theme-button.tsx';
import { Trend } from './trend.tsx';
import { zoneLabel, ZonePicker } from './zone-picker.tsx';

/** The page of one signed-in person: loads the zones, then shows the one that the address names. */
export function Cockpit({
  client,
  onSignOut,
  onUnauthorized,
}: {
  readonly client: Client;
  readonly onSignOut: () => void;
  readonly onUnauthorized: () => void;
}) {
  const [place, go] = usePlace();
  const [zones, setZones] = useState<Zones | null>(null);
  const [linked, setLinked] = useState<Zone | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [turn, setTurn] = useState(0);
  const refused = useRef(onUnauthorized);
  refused.current = onUnauthorized;

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    void listZones(client, abort.signal).then((answer) => {
      if (abort.signal.aborted) {
        return;
      }
      if (answer.ok) {
        setZones(answer.value);
        setFailure(null);
        // A zone that is made in a moment should appear without a reload.
        if (answer.value.zones.length === 0) {
          timer = setTimeout(() => setTurn((before) => before + 1), 5_000);
        }
      } else {
        setFailure(answer.failure);
        if (answer.failure.kind === 'unauthorized') {
          refused.current();
        }
        timer = setTimeout(() => setTurn((before) => before + 1), 5_000);
      }
    });
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [client, turn]);

  const listed = zones?.zones.find((one) => one.id === place.zone) ?? null;
  const missing = zones !== null && !zones.complete && place.zone !== '' && listed === null;
  useEffect(() => {
    setLinked(null);
    if (missing) {
      void getZone(client, place.zone).then(setLinked);
    }
  }, [client, missing, place.zone]);

  const zone = listed ?? (linked?.id === place.zone ? linked : null) ?? zones?.zones[0] ?? null;
  if (zones === null || zone === null) {
    return (
      <div className="page">
        <TopBar onSignOut={onSignOut} />
        <main className="content" id="main">
          {failure ? (
            <Trouble failure={failure} onAgain={() => setTurn(turn + 1)} />
          ) : zones === null ? (
            <p className="waiting" role="status">
              Loading zones …
            </p>
          ) : (
            <NoZones />
          )}
        </main>
      </div>
    );
  }
  return (
    <ZonePage
      client={client}
      zones={zones}
      zone={zone}
      place={place}
      go={go}
      onZones={() => setTurn((before) => before + 1)}
      onSignOut={onSignOut}
      onUnauthorized={onUnauthorized}
    />
  );
}

function TopBar({ children, onSignOut }: { readonly children?: React.ReactNode; readonly onSignOut: () => void }) {
  return (
    <header className="top-bar">
      <a className="skip" href="#main" onClick={(event) => { event.preventDefault(); document.getElementById('main')?.focus(); }}>
        Skip to the numbers
      </a>
      <h1 className="brand">
        <Mark />
        <span>Selvage</span>
      </h1>
      {children}
      <div className="top-end">
        <a className="icon-button" href="/graphiql" aria-label="Ask in GraphQL" title="Ask in GraphQL">
          <Braces />
        </a>
        <a className="icon-button" href="/help/api" aria-label="The API" title="The API">
          <Book />
        </a>
        <ThemeButton />
        <IconButton label="Sign out" onClick={onSignOut}>
          <Leave />
        </IconButton>
      </div>
    </header>
  );
}

const TITLES: Readonly<Record<PanelId, string>> = {
  trend: 'traffic over time',
  cacheStatus: 'cache status',
  status: 'status codes',
  contentType: 'content types',
  country: 'countries',
  hits: 'top paths that hit',
  misses: 'top paths that miss',
};

function ZonePage({
  client,
  zones,
  zone,
  place,
  go,
  onZones,
  onSignOut,
  onUnauthorized,
}: {
  readonly client: Client;
  readonly zones: Zones;
  readonly zone: Zone;
  readonly place: ReturnType<typeof usePlace>[0];
  readonly go: ReturnType<typeof usePlace>[1];
  /** Reads the list of zones anew. */
  readonly onZones: () => void;
  readonly onSignOut: () => void;
  readonly onUnauthorized: () => void;
}) {
  const [paused, setPaused] = useState(false);
  const [asked, setAsked] = useState<PanelId | null>(null);
  const zooms = useRef<(Span | null)[]>([]);
  const { snapshot, window, view, failure, loading, again } = useTraffic(client, zone.id, place, paused, onUnauthorized);

  const zoomIn = useCallback(
    (span: Span) => {
      zooms.current.push(place.zoom);
      go({ zone: zone.id, zoom: span });
    },
    [go, place.zoom, zone.id],
  );
  const zoomOut = useCallback(() => {
    if (place.zoom !== null) {
      go({ zoom: zooms.current.pop() ?? null });
    }
  }, [go, place.zoom]);

  const purge = (path: PathGroup): void => go({ zone: zone.id, purge: 'new', url: urlOf(path.host, path.path) });

  useEffect(() => {
    document.title = `${zoneLabel(zone)} · Selvage`;
  }, [zone]);

  const all = total(snapshot?.trend ?? []);
  const pending = loading;
  const live = !paused && place.zoom === null;
  const seconds = Math.max(1, Math.min(window.until, (snapshot?.watermark ?? Date.now()) / 1000) - window.since);
  const quiet = snapshot !== null && !pending && all.requests === 0;

  const lines = (id: Breakdown, name: (group: Group) => Omit<Line, 'key' | 'traffic'>): Line[] | null =>
    snapshot?.breakdowns[id].map((group) => ({ key: group.name, traffic: group, ...name(group) })) ?? null;
  const panel = (id: Breakdown, title: string, column: string, name: (group: Group) => Omit<Line, 'key' | 'traffic'>) => (
    <BreakdownPanel
      title={title}
      column={column}
      lines={lines(id, name)}
      view={view}
      pending={pending}
      empty="Nothing in this time."
      testId={id}
      onQuery={() => setAsked(id)}
    />
  );

  return (
    <div className="page">
      <TopBar onSignOut={onSignOut}>
        <ZonePicker
          client={client}
          zones={zones}
          zone={zone}
          onOpen={onZones}
          onPick={(picked) => {
            zooms.current = [];
            go({ zone: picked.id, zoom: null });
          }}
        />
        <button type="button" className="quiet purge-button" onClick={() => go({ zone: zone.id, purge: 'new', url: '' })}>
          <Broom />
          <span>Purge</span>
        </button>
        <div className="when">
          <Choice
            legend="Time range"
            options={PRESETS}
            value={place.zoom === null ? place.range : null}
            onChange={(range) => {
              zooms.current = [];
              go({ zone: zone.id, range, zoom: null });
            }}
          />
          <button
            type="button"
            className="live"
            data-live={live || undefined}
            aria-label={place.zoom !== null ? 'Zoomed: not refreshing' : paused ? 'Paused. Refresh again' : `Live, ${refreshEvery(place.range)} s. Pause`}
            title={place.zoom !== null ? 'Zoomed in: nothing is refreshed' : paused ? 'Paused' : `Refreshed every ${refreshEvery(place.range)} s`}
            disabled={place.zoom !== null}
            onClick={() => setPaused(!paused)}
          >
            {live ? <Pause /> : <Play />}
            <span>{live ? `Live, ${refreshEvery(place.range)} s` : place.zoom !== null ? 'Zoomed' : 'Paused'}</span>
          </button>
        </div>
      </TopBar>

      <main className="content" id="main" tabIndex={-1}>
        {failure && <Trouble failure={failure} onAgain={again} />}
        {quiet && <NoTraffic zone={zone} words={place.zoom ? spanLabel(window) : preset(place.range).words} />}
        <div className="dials">
          <Dial view="requests" traffic={snapshot && all} seconds={seconds} pending={pending} />
          <Dial view="bytes" traffic={snapshot && all} seconds={seconds} pending={pending} />
        </div>
        <Trend
          snapshot={snapshot}
          window={window}
          view={place.view}
          shownView={view}
          zoom={place.zoom !== null}
          pending={pending}
          onView={(next) => go({ zone: zone.id, view: next })}
          onZoom={zoomIn}
          onZoomOut={zoomOut}
          onQuery={() => setAsked('trend')}
        />
        <div className="breakdowns">
          {panel('cacheStatus', 'Cache status', 'Cache status', (group) => ({
            name: group.name || 'none',
            note: cacheStatusMeaning(group.name),
          }))}
          {panel('status', 'Status codes', 'Status code', (group) => ({
            name: (
              <>
                <b>{group.name}</b> {statusPhrase(Number(group.name))}
              </>
            ),
          }))}
          {panel('contentType', 'Content types', 'Content type', (group) => ({
            name: group.name === '' || group.name === 'empty' ? <em>no type</em> : group.name,
            ...(group.name === '' || group.name === 'empty' ? { note: 'Redirects and many error answers have no content type.' } : {}),
          }))}
          {panel('country', 'Countries', 'Country', (group) => ({ name: country(group.name), note: group.name }))}
        </div>
        <div className="tops">
          <PathsPanel kind="hits" paths={snapshot?.hits ?? null} view={view} pending={pending} onQuery={() => setAsked('hits')} onPurge={purge} />
          <PathsPanel kind="misses" paths={snapshot?.misses ?? null} view={view} pending={pending} onQuery={() => setAsked('misses')} onPurge={purge} />
        </div>
      </main>

      <footer className="foot">
        <Freshness watermark={snapshot?.watermark ?? null} />
        <span>
          {snapshot === null
            ? ''
            : snapshot.exact
              ? 'Every number is exact.'
              : snapshot.sampleInterval > 1
                ? `Totals are exact; breakdowns are estimated from ${percent(1 / snapshot.sampleInterval)} of the requests.`
                : 'Totals are exact; breakdowns may be estimates.'}
        </span>
        <span>Times are {Intl.DateTimeFormat().resolvedOptions().timeZone}.</span>
      </footer>

      {asked && (
        <QueryBox title={TITLES[asked]} text={query([asked], zone.id, window, view)} onClose={() => setAsked(null)} />
      )}
      {place.purge !== '' && (
        <PurgePanel key={zone.id} client={client} zone={zone} place={place} go={go} onUnauthorized={onUnauthorized} />
      )}
    </div>
  );
}

/** How far behind the numbers are. */
function Freshness({ watermark }: { readonly watermark: number | null }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  if (watermark === null) {
    return null;
  }
  return <span className="fresh">Complete up to {ago(now - watermark)} ago.</span>;
}

/** What is in the way, and what happens next. */
function Trouble({ failure, onAgain }: { readonly failure: Failure; readonly onAgain: () => void }) {
  const heading = {
    'catching-up': 'Analytics is catching up',
    unreachable: 'Selvage does not answer',
    limited: 'Slow down for a moment',
    refused: 'The API refused the question',
    unauthorized: 'This token may not read this zone',
  }[failure.kind];
  return (
    <section className="trouble" data-kind={failure.kind} role="status" data-testid="trouble">
      <div>
        <h2>{heading}</h2>
        <p>{failure.message}</p>
        <p>
          {failure.kind === 'catching-up'
            ? 'The edge is serving already; its numbers come as soon as the store has read what happened before. This page asks again by itself.'
            : failure.kind === 'unreachable'
              ? 'Start it with ./selvage up. This page asks again by itself and keeps what it last saw.'
              : 'This page asks again by itself.'}
        </p>
      </div>
      <button type="button" className="quiet" onClick={onAgain}>
        Ask again now
      </button>
    </section>
  );
}

function NoTraffic({ zone, words }: { readonly zone: Zone; readonly words: string }) {
  const host = /^[a-z0-9.-]+$/i.test(location.hostname) ? location.hostname : '127.0.0.1';
  const header = zone.name === QUICKSTART ? '' : ` -H 'Host: ${zone.name}'`;
  return (
    <section className="welcome" data-testid="no-traffic">
      <div>
        <h2>No requests yet</h2>
        <p>
          Nothing came for {zoneLabel(zone)} in {words}. Send one to the edge, at port 8080 unless you chose another, and
          see it here within two seconds:
        </p>
      </div>
      <Copyable label="the command" text={`curl -i${header} http://${host}:8080/`} />
    </section>
  );
}

function NoZones() {
  return (
    <section className="welcome">
      <div>
        <h2>No zones yet</h2>
        <p>A zone is a site that this edge serves. Start with the address of yours, or make one through the API:</p>
      </div>
      <Copyable label="the start command" text="./selvage up https://example.com" />
      <Copyable
        label="the API command"
        text={`T="Authorization: Bearer $(cat selvage-data/admin-token)"
ACCOUNT=$(curl -s -H "$T" ${location.origin}/client/v4/accounts | sed 's/.*"id":"\\([0-9a-f]\\{32\\}\\)".*/\\1/')
curl -s -H "$T" -H 'Content-Type: application/json' \\
  -d '{"name":"example.com","account":{"id":"'$ACCOUNT'"}}' ${location.origin}/client/v4/zones`}
      />
    </section>
  );
}
