/** The editor of GraphQL queries in a real browser, under the policy that the server sends. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TOKEN, zoneId } from './fake/api.ts';
import { findChromium } from './fake/browser.ts';
import { Stage } from './fake/stage.ts';

const chromium = findChromium();

// That there is a Chromium where one must be is tested beside the dashboard's own page.
describe.skipIf(chromium === null)('the editor of queries', () => {
  let stage: Stage;
  let page: Page;

  beforeAll(async () => {
    stage = await Stage.launch(chromium!);
  });
  afterAll(async () => stage?.close());
  beforeEach(async () => {
    await stage.begin();
    ({ page } = stage);
  });
  afterEach(async ({ task }) => stage.end(task.name, task.result?.state === 'fail'));

  const editor = () => page.locator('.graphiql-query-editor .CodeMirror');
  const response = () => page.locator('.graphiql-response');

  async function open(hash = ''): Promise<void> {
    await page.goto(`${stage.api.url}graphiql${hash}`);
    await page.getByLabel('API token').fill(TOKEN);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await editor().waitFor();
  }

  async function ask(): Promise<void> {
    await page.getByRole('button', { name: /Execute query/ }).click();
  }

  /** Without what GraphiQL's own parts break: the hidden field that CodeMirror types into, and the cross on a tab. */
  async function violations(): Promise<string[]> {
    return (await stage.violations()).filter((one) => !/^(label|nested-interactive|scrollable-region-focusable): /.test(one));
  }

  test('the example is asked with one click, for the first zone', async () => {
    await open();
    await stage.picture('graphiql');
    await ask();
    await expect.poll(() => response().textContent()).toContain('"watermark"');
    expect(stage.api.queries).toHaveLength(1);
    expect(stage.api.queries[0]).toContain('query Traffic($zoneTag: string, $since: Time)');
    await expect.poll(() => page.locator('.graphiql-editor-tool').textContent()).toContain(zoneId(1));
  });

  test('the schema is known: fields are proposed and described', async () => {
    await open();
    await page.getByRole('button', { name: /Documentation Explorer/ }).click();
    await page.getByRole('link', { name: 'Query' }).or(page.locator('.graphiql-doc-explorer a', { hasText: 'Query' })).first().click();
    await expect.poll(() => page.locator('.graphiql-doc-explorer').textContent()).toContain('Whoever the token belongs to.');
    await editor().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('{ vie');
    await page.keyboard.press('Control+Space');
    // The only one that fits is taken at once.
    await expect.poll(() => editor().textContent()).toContain('{ viewer}');
    await page.keyboard.type(' { zones { httpRequestsAdaptiveGroups { ');
    await page.keyboard.press('Control+Space');
    await page.locator('.CodeMirror-hints', { hasText: 'dimensions' }).waitFor();
    await stage.picture('graphiql-hints');
  });

  test('a query in the address is shown, and not sent by itself', async () => {
    await open(`#${new URLSearchParams({ query: '{ viewer { zones { __typename } } }' }).toString()}`);
    await expect.poll(() => editor().textContent()).toContain('{ viewer { zones { __typename } } }');
    expect(stage.api.queries).toEqual([]);
    await ask();
    await expect.poll(() => stage.api.queries.length).toBe(1);
  });

  test('a refusal is shown in the words of the API', async () => {
    stage.api.mood = 'broken';
    await open();
    await ask();
    await expect.poll(() => response().textContent()).toContain('unknown field');
  });

  test('a token that was taken back leads to the sign-in page', async () => {
    await open();
    stage.api.tokenRevoked = true;
    await ask();
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('You were signed out');
  });

  test('every panel of the dashboard leads here with its query', async () => {
    await stage.signIn();
    await page.getByRole('button', { name: /query/i }).first().click();
    await page.getByRole('link', { name: 'Open it in the editor of queries' }).click();
    await editor().waitFor();
    await expect.poll(() => editor().textContent()).toContain('trend: httpRequests1mGroups');
  });

  test('it can be read by everybody, in light and in dark', async () => {
    await open();
    await expect.poll(() => page.locator('.graphiql-spinner').count()).toBe(0);
    expect(await violations()).toEqual([]);
    await page.getByRole('button', { name: /^Look:/ }).click();
    await page.getByRole('button', { name: /^Look:/ }).click();
    await page.locator('body.graphiql-dark').waitFor();
    await stage.picture('graphiql-dark');
    expect(await violations()).toEqual([]);
  });

  test('what was written is there at the next visit', async () => {
    await open();
    await editor().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('{ mine');
    await expect.poll(() => page.evaluate(() => localStorage.getItem('graphiql:tabState'))).toContain('mine');
    await page.reload();
    await editor().waitFor();
    await expect.poll(() => editor().textContent()).toContain('{ mine}');
    expect(await page.locator('.graphiql-tab').count()).toBe(1);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(TOKEN);
  });
});
