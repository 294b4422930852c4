/** What the tests of the page stand on: the built page in a browser, against the stand-in. */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { FakeApi, TOKEN, zoneId } from './api.ts';
import { launch } from './browser.ts';

const BUILD = resolve(process.env.DASHBOARD_BUILD ?? 'dist');
export const SHOP = zoneId(2);

export class Stage {
  api!: FakeApi;
  page!: Page;
  /** What no test may see: errors of scripts, refusals by the policy, requests to other hosts. */
  private faults: string[] = [];
  private context: BrowserContext | null = null;

  private constructor(private readonly browser: Browser) {}

  static async launch(chromium: string): Promise<Stage> {
    if (!existsSync(`${BUILD}/index.html`)) {
      throw new Error(`there is no build at ${BUILD}; run: npm run build`);
    }
    return new Stage(await launch(chromium));
  }

  async close(): Promise<void> {
    await this.browser.close();
  }

  /** Before each test. */
  async begin(): Promise<void> {
    this.api = await FakeApi.start(BUILD);
    this.faults = [];
    await this.open();
  }

  /** After each test: nothing went wrong behind its back. */
  async end(name: string, failed: boolean): Promise<void> {
    if (failed) {
      await this.picture(name.replace(/\W+/g, '-'));
    }
    await this.context?.close();
    this.context = null;
    await this.api.stop();
    expect(this.faults).toEqual([]);
  }

  /** The same stand-in, away for a while and back at its port. */
  async restart(): Promise<void> {
    this.api = await FakeApi.start(BUILD, Number(new URL(this.api.url).port));
  }

  /** A new page with a browser profile of its own. */
  async open(options: BrowserContextOptions = {}): Promise<Page> {
    await this.context?.close();
    this.context = await this.browser.newContext({
      viewport: { width: 1280, height: 900 },
      colorScheme: 'light',
      timezoneId: 'Europe/Berlin',
      ...options,
    });
    this.context.setDefaultTimeout(10_000);
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.faults.push(String(error)));
    page.on('console', (message) => {
      const text = message.text();
      // The browser itself reports statuses and refused connections; these are the stand-in's moods.
      if (message.type() === 'error' && !text.startsWith('Failed to load resource')) {
        this.faults.push(text);
      }
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(this.api.url) && !request.url().startsWith('data:')) {
        this.faults.push(`asked another host: ${request.url()}`);
      }
    });
    this.page = page;
    return page;
  }

  async signIn(hash = `#zone=${SHOP}&range=1h&view=requests`): Promise<void> {
    await this.page.goto(this.api.url + hash);
    await this.page.getByLabel('API token').fill(TOKEN);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByTestId('trend').waitFor();
  }

  hash(): URLSearchParams {
    return new URLSearchParams(new URL(this.page.url()).hash.slice(1));
  }

  /** Rules of accessibility that the page breaks as it is now. */
  async violations(): Promise<string[]> {
    await this.page.evaluate(await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    return this.page.evaluate(async () => {
      interface Axe {
        run: () => Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }>;
      }
      const found = await (window as unknown as { axe: Axe }).axe.run();
      return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.html} ${node.failureSummary}`).join('\n')}`);
    });
  }

  /** A picture of the page, where pictures are wanted. */
  async picture(name: string): Promise<void> {
    if (process.env.SCREENSHOTS) {
      await mkdir(process.env.SCREENSHOTS, { recursive: true });
      await this.page.screenshot({ path: `${process.env.SCREENSHOTS}/${name}.png` });
    }
  }
}
