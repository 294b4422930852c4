/** The purges of the stand-in: accepted, and followed by its PoPs one look at the receipt after another. */
import { zoneId } from './ids.ts';

export type Body = Readonly<Record<string, unknown>>;

interface Told {
  readonly status: number;
  readonly result: unknown;
  readonly errors?: readonly { readonly code: number; readonly message: string }[];
  readonly messages?: readonly { readonly code: number; readonly message: string }[];
}

const FIELDS = ['purge_everything', 'files', 'prefixes', 'hosts', 'tags'] as const;
const OBJECTS: Readonly<Record<string, number>> = { purge_everything: 2_418_733, files: 3, prefixes: 184_220, hosts: 1_310_004, tags: 4_128 };
const SHARES: Readonly<Record<string, number>> = { purge_everything: 1, files: 0.0021, prefixes: 0.114, hosts: 0.63, tags: 0.038 };
const SLASH = '"shop.example.com/images/" covers what is under it and not the page itself; "shop.example.com/images" covers both';
const EACH = 21_340;
const HITS = 2_911_540;

/** Name, part of everything, milliseconds until effective. */
const POPS = [
  ['fra1', 0.44, 0.42],
  ['ams1', 0.27, 3.1],
  ['iad1', 0.19, 41.7],
  ['sin1', 0.1, 92.4],
] as const;

interface Kept {
  readonly id: string;
  readonly sequence: number;
  readonly acceptedAt: number;
  readonly soft: boolean;
  readonly rewarm: number;
  readonly body: Body;
  looks: number;
}

export class FakePurges {
  /** What was asked for: path and query behind the zone, and the body. */
  readonly asked: { readonly path: string; readonly body: Body }[] = [];
  readonly previewed: Body[] = [];
  readonly explained: string[] = [];
  /** Above this share of the hits a purge needs `confirm=true`; null for never. */
  confirmAbove: number | null = null;
  /** A PoP that nothing reaches; empty for none. */
  away = '';
  /** No PoP ever reported itself. */
  empty = false;
  /** Receipts stay as they are after so many looks. */
  stopAt = Number.POSITIVE_INFINITY;
  /** What every call is answered with instead, when it is set. */
  refusal: { readonly status: number; readonly code: number; readonly message: string } | null = null;
  private readonly kept: Kept[] = [];

  /** Answers a call; null when it is none about purges. */
  answer(method: string, url: URL, text: string): Told | null {
    const at = /^\/client\/v4\/zones\/[0-9a-f]{32}\/(purge_cache|invalidate_cache)(?:\/(\w+))?$/.exec(url.pathname);
    if (at === null) {
      return null;
    }
    if (this.refusal !== null) {
      const { status, code, message } = this.refusal;
      return refuse(status, code, message);
    }
    const [, kind, what] = at;
    if (method === 'GET') {
      return what === undefined ? this.list(url) : what === 'explain' ? this.explain(url) : this.receipt(what);
    }
    const body = JSON.parse(text) as Body;
    const names = FIELDS.filter((name) => name in body);
    if (names.length !== 1) {
      return refuse(400, 1012, 'Request must contain one of "purge_everything", "files", "tags", "hosts" or "prefixes"');
    }
    const foreign = JSON.stringify(body).match(/elsewhere\.test[^"]*/)?.[0];
    if (foreign !== undefined) {
      return refuse(400, 1134, `Unable to purge ${foreign}: its host is not in the zone shop.example.com`);
    }
    return what === 'preview' ? this.preview(body, names[0]!) : this.accept(url, kind!, body, names[0]!);
  }

  /** Keeps a purge of some time ago, as if somebody had asked for it. */
  keep(body: Body, minutesAgo: number, soft = false, looks = 9): string {
    const sequence = this.kept.length + 1;
    const id = zoneId(0xa11ce_0000 + sequence);
    this.kept.push({ id, sequence, acceptedAt: Date.now() - minutesAgo * 60_000, soft, rewarm: 0, body, looks });
    return id;
  }

  private accept(url: URL, kind: string, body: Body, name: string): Told {
    if (this.confirmAbove !== null && SHARES[name]! > this.confirmAbove && url.searchParams.get('confirm') !== 'true') {
      return refuse(409, 1241, `This purge drops ${SHARES[name]! * 100} % of the last hour's hits; confirm it with confirm=true`);
    }
    this.asked.push({ path: `${kind}${url.search}`, body });
    const id = this.keep(body, 0, kind === 'invalidate_cache', 0);
    Object.assign(this.kept.at(-1)!, { rewarm: Number(url.searchParams.get('rewarm') ?? 0) });
    const messages = name === 'prefixes' ? [{ code: 1245, message: 'The prefix does not cover shop.example.com/blogger; name it too if you mean it.' }] : [];
    return { status: 200, result: { id }, messages };
  }

  private preview(body: Body, name: string): Told {
    this.previewed.push(body);
    const there = POPS.filter(([pop]) => !this.empty && pop !== this.away);
    const many = Array.isArray(body[name]) ? body[name].length : 1;
    const objects = OBJECTS[name]! * (name === 'files' ? many : 1);
    const hits = Math.round(HITS * SHARES[name]!);
    const pops = there.map(([pop, part]) => ({
      pop,
      objects: Math.round(objects * part),
      bytes: Math.round(objects * part) * EACH,
      hits_last_hour: Math.round(hits * part),
      origin_requests_per_second: Math.round(SHARES[name]! * 380 * part * 100) / 100,
    }));
    const sum = (of: (pop: (typeof pops)[number]) => number): number => pops.reduce((before, pop) => before + of(pop), 0);
    const covered = body.prefixes as string[] | undefined;
    return {
      status: 200,
      messages: covered?.some((prefix) => prefix.endsWith('/')) ? [{ code: 1242, message: SLASH }] : [],
      result: {
        objects: sum((pop) => pop.objects),
        bytes: sum((pop) => pop.bytes),
        hits_last_hour: sum((pop) => pop.hits_last_hour),
        share_of_hits: SHARES[name],
        origin_requests_per_second: sum((pop) => pop.origin_requests_per_second),
        neighbours: (covered?.includes('shop.example.com/blog') ? ['shop.example.com/blogger', 'shop.example.com/blog-archive'] : [])
          .filter((other) => !covered!.includes(other))
          .map((other) => ({ prefix: 'shop.example.com/blog', other })),
        confirmation: {
          required: this.confirmAbove !== null && SHARES[name]! > this.confirmAbove,
          above_percent: (this.confirmAbove ?? 0) * 100,
        },
        pops,
        unanswered: this.away === '' ? [] : [this.away],
      },
    };
  }

  private receipt(id: string): Told {
    const kept = this.kept.find((one) => one.id === id);
    if (kept === undefined) {
      return refuse(404, 1240, 'This zone has no purge of this id; receipts are kept for 7 days');
    }
    const told = this.told(kept);
    kept.looks = Math.min(kept.looks + 1, this.stopAt);
    return { status: 200, result: told };
  }

  private list(url: URL): Told {
    const page = Number(url.searchParams.get('page'));
    const perPage = Number(url.searchParams.get('per_page'));
    const all = this.kept.toReversed().map((one) => this.told(one));
    return { status: 200, result: all.slice((page - 1) * perPage, page * perPage) };
  }

  private told(kept: Kept): Record<string, unknown> {
    const name = FIELDS.find((one) => one in kept.body)!;
    const iso = (milliseconds: number): string => {
      const micros = Math.round((kept.acceptedAt + milliseconds) * 1000);
      return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1)}${String(micros % 1000).padStart(3, '0')}Z`;
    };
    const pops = POPS.map(([pop, part, after], i) => {
      const reachable = pop !== this.away;
      const effective = reachable && kept.looks >= i;
      const scanned = effective ? Math.min(1, ((kept.looks - i) * 0.37 + 0.08) * (1 + i / 9)) : 0;
      const objects = Math.round(OBJECTS[name]! * part * scanned);
      return {
        pop,
        reachable,
        state: scanned === 1 ? 'reclaimed' : effective ? 'effective' : 'waiting',
        received_at: effective ? iso(after * 0.8) : null,
        effective_at: effective ? iso(after) : null,
        effective_ms: effective ? after : null,
        objects_matched: objects,
        bytes_matched: objects * EACH,
        scanned,
        reclaimed_at: scanned === 1 ? iso(after + 2_600) : null,
      };
    });
    const times = pops.flatMap((pop) => (pop.effective_ms === null ? [] : [pop.effective_ms]));
    return {
      id: kept.id,
      sequence: kept.sequence,
      accepted_at: iso(0),
      soft: kept.soft,
      rewarm: kept.rewarm,
      purge: name === 'purge_everything' ? kept.body : { [name]: (kept.body[name] as unknown[]).slice(0, 20) },
      entries: name === 'purge_everything' ? 0 : (kept.body[name] as unknown[]).length,
      state: pops.every((pop) => pop.state === 'reclaimed') ? 'reclaimed' : times.length === POPS.length ? 'effective' : 'waiting',
      effective: {
        pops: times.length,
        of: POPS.length,
        p50_ms: times[Math.floor((times.length - 1) / 2)] ?? null,
        p99_ms: times.at(-1) ?? null,
        last_ms: times.at(-1) ?? null,
      },
      objects: pops.reduce((sum, pop) => sum + pop.objects_matched, 0),
      bytes: pops.reduce((sum, pop) => sum + pop.bytes_matched, 0),
      waiting_for: pops.filter((pop) => pop.state === 'waiting').map((pop) => pop.pop),
      pops,
    };
  }

  private explain(url: URL): Told {
    const target = url.searchParams.get('url') ?? '';
    this.explained.push(target);
    const { host, pathname } = new URL(target);
    const minutes = (ago: number): string => new Date(Date.now() - ago * 60_000).toISOString();
    const purges = this.kept.toReversed().map((kept) => ({
      id: kept.id,
      sequence: kept.sequence,
      accepted_at: new Date(kept.acceptedAt).toISOString(),
      soft: kept.soft,
      purge: kept.body,
    }));
    const verdicts = purges.slice(0, 20).map(({ id, purge }) =>
      'prefixes' in purge
        ? { id, meaning: 'neighbour', why: 'It names "shop.example.com/blog", and a prefix covers whole path segments: this copy’s path goes on within the segment.' }
        : { id, meaning: 'fetched_after', why: 'It covers this URL, and this copy was fetched after it.' },
    );
    return {
      status: 200,
      result: {
        url: target,
        host,
        path: pathname,
        summary: 'Stored at 2 PoPs and fresh: the last purge was for a neighbour of it.',
        purges,
        pops: POPS.slice(0, 2).map(([pop]) => ({
          pop,
          applied_sequence: this.kept.length,
          copies: [
            {
              key: `https://${host}${pathname} :: gzip`,
              tags: ['blog', 'author-7'],
              state: 'fresh',
              stored_at: minutes(2),
              sequence: Math.max(0, this.kept.length - 1),
              bytes: 31_204,
              hits_last_hour: 412,
              purges: verdicts,
            },
          ],
        })),
        unanswered: this.away === '' ? [] : [this.away],
      },
    };
  }
}

function refuse(status: number, code: number, message: string): Told {
  return { status, result: null, errors: [{ code, message }] };
}
