/** Purging in a real browser: the form, its preview, the guard, the receipt, the list and the explanation. */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TOKEN, type FakeApi } from './fake/api.ts';
import { findChromium } from './fake/browser.ts';
import type { FakePurges } from './fake/purges.ts';
import { SHOP, Stage } from './fake/stage.ts';

const chromium = findChromium();

describe.skipIf(chromium === null)('purging', () => {
  let stage: Stage;
  let api: FakeApi;
  let purges: FakePurges;
  let page: Page;

  beforeAll(async () => {
    stage = await Stage.launch(chromium!);
  });
  afterAll(async () => stage?.close());
  beforeEach(async () => {
    await stage.begin();
    ({ api, page } = stage);
    ({ purges } = api);
  });
  afterEach(async ({ task }) => stage.end(task.name, task.result?.state === 'fail'));

  async function open(options: BrowserContextOptions): Promise<void> {
    page = await stage.open(options);
  }

  const box = (): Locator => page.getByRole('dialog', { name: 'Purge shop.example.com' });

  const receipt = (): Locator => page.getByTestId('purge-receipt');
  const choose = async (name: string): Promise<void> => box().getByRole('radio', { name, exact: true }).check({ force: true });

  const preview = (): Locator => page.getByTestId('purge-preview');
  const at = (purge: string): string => `#zone=${SHOP}&range=1h&view=requests&purge=${purge}`;
  const typed = async (text: string): Promise<void> => page.getByTestId('purge-form').locator('textarea').fill(text);
  /** The browser closes the box at once; a moment later the address knows it. */
  const close = async (): Promise<void> => {
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    await expect.poll(() => stage.hash().has('purge')).toBe(false);
  };
  const push = async (name: string): Promise<void> => box().getByRole('button', { name, exact: true }).click();

  test.runIf(process.env.SCREENSHOTS).each([
    ['light', 1280, 900],
    ['dark', 1280, 900],
    ['dark', 360, 740],
    ['light', 360, 740],
  ] as const)('pictures of the purge panel: %s, %d wide', async (colorScheme, width, height) => {
    await open({ colorScheme, reducedMotion: 'reduce', viewport: { width, height } });
    const name = (what: string): string => `purge-${what}-${colorScheme}${width < 600 ? '-narrow' : ''}`;
    purges.keep({ purge_everything: true }, 1_900);
    purges.keep({ files: ['https://shop.example.com/logo.png', 'https://shop.example.com/'] }, 300);
    purges.keep({ tags: ['product-10482', 'sale'] }, 61, true);
    purges.keep({ prefixes: ['shop.example.com/blog'] }, 7);
    purges.confirmAbove = 0.1;
    purges.stopAt = 3;
    purges.keep({ hosts: ['shop.example.com'] }, 1, false, 1);
    await stage.signIn();
    await page.evaluate(() => document.fonts.ready);
    await page.getByTestId('hits').scrollIntoViewIfNeeded();
    await stage.picture(name('rows'));
    await page.getByRole('button', { name: /^Purge shop.example.com\/blog\/how/ }).click();
    await box().getByRole('button', { name: 'Purge 3 objects' }).waitFor();
    await stage.picture(name('url'));
    await choose('Prefix');
    await box().getByRole('textbox', { name: /^Prefixes/ }).fill('shop.example.com/blog');
    await push('Preview');
    await box().getByRole('button', { name: 'Add shop.example.com/blogger' }).waitFor();
    await stage.picture(name('preview'));
    await page.getByTestId('purge-preview').getByRole('textbox').fill('shop.example.com');
    await box().getByRole('button', { name: /^Purge 184 k objects/ }).click();
    await expect.poll(() => receipt().getByRole('status').first().textContent()).toContain('Effective at all');
    await stage.picture(name('receipt'));
    await page.evaluate(() => document.querySelector('[data-testid=purge-receipt] .keep')!.scrollIntoView());
    await stage.picture(name('receipt-foot'));
    await box().getByRole('link', { name: 'Recent' }).click();
    await box().getByRole('link', { name: /^Everything/ }).waitFor();
    await stage.picture(name('recent'));
    await box().getByRole('link', { name: 'Why?' }).click();
    await box().getByRole('textbox', { name: 'URL' }).fill('https://shop.example.com/blog/2026/launch.html');
    await push('Explain');
    await page.getByText('Stored at 2 PoPs').waitFor();
    await stage.picture(name('why'));
    await box().getByRole('button', { name: /^Show the API behind/ }).click();
    await page.getByText('Explain a URL:').waitFor();
    await stage.picture(name('api'));
  });

  test('a row opens the panel with its URL, previewed, and with the prefixes above it', async () => {
    await stage.signIn();
    await page.getByRole('button', { name: 'Purge shop.example.com/images/products/10482-large.jpg' }).click();
    expect(await box().getByRole('textbox', { name: /^URLs/ }).inputValue()).toBe('https://shop.example.com/images/products/10482-large.jpg');
    await box().getByRole('button', { name: 'Purge 3 objects' }).waitFor();
    expect(purges.previewed).toEqual([{ files: ['https://shop.example.com/images/products/10482-large.jpg'] }]);

    const steps = box().getByRole('group', { name: 'Everything of shop.example.com under' }).getByRole('button');
    expect(await steps.allTextContents()).toEqual(['/', '/images/', '/images/products/', 'this path, any query']);
    await steps.nth(1).click();
    await box().getByRole('button', { name: /^Purge 184/ }).waitFor();
    expect(purges.previewed.at(-1)).toEqual({ prefixes: ['shop.example.com/images/'] });
    expect(await steps.nth(1).getAttribute('aria-pressed')).toBe('true');
    expect(await preview().textContent()).toContain('covers what is under it and not the page itself');
    await steps.nth(3).click();
    await expect.poll(() => purges.previewed.at(-1)).toEqual({ prefixes: ['shop.example.com/images/products/10482-large.jpg'] });
    expect(purges.asked).toEqual([]);

    await close();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Purge shop.example.com/images/products/10482-large.jpg',
    );
  });

  test('what cannot be right is said before it is sent, and what the API refuses in its words', async () => {
    await stage.signIn(at('new'));
    await push('Preview');
    expect(await box().getByRole('alert').first().textContent()).toContain('Write at least one');
    await typed('/logo.png');
    await push('Preview');
    expect(await box().getByRole('alert').first().textContent()).toContain('/logo.png is no absolute URL');
    expect(await box().getByRole('textbox', { name: /^URLs/ }).getAttribute('aria-invalid')).toBe('true');
    await box().getByLabel('Objects that each PoP fetches again').fill('some');
    await typed('https://shop.example.com/');
    await push('Preview');
    expect(await box().getByRole('alert').first().textContent()).toContain('whole number');
    expect(purges.previewed).toEqual([]);

    await box().getByLabel('Objects that each PoP fetches again').fill('');
    await typed('https://elsewhere.test/');
    await push('Preview');
    await expect.poll(() => preview().getByRole('alert').textContent()).toBe(
      'Unable to purge elsewhere.test/: its host is not in the zone shop.example.com',
    );
    expect(await preview().getByRole('button', { name: /^Purge/ }).count()).toBe(0);
  });

  test('a preview is of the selection that is written, in figures of the API', async () => {
    purges.away = 'sin1';
    await stage.signIn(at('new'));
    await choose('Prefix');
    await typed('shop.example.com/blog');
    await push('Preview');
    const dial = preview().getByRole('img');
    await dial.waitFor();
    expect(await dial.getAttribute('aria-label')).toBe('11.4\u202f% of the hits of the last hour');
    expect(await dial.locator('.tick-origin').count()).toBe(8);
    expect(await preview().locator('dd').first().getAttribute('title')).toBe('165,798 objects');
    expect(await preview().locator('tbody th').allTextContents()).toEqual(['fra1', 'ams1', 'iad1']);
    expect(await preview().textContent()).toContain('No answer in time from sin1');

    await preview().getByRole('button', { name: 'Add shop.example.com/blogger' }).click();
    await expect.poll(() => purges.previewed.at(-1)).toEqual({ prefixes: ['shop.example.com/blog', 'shop.example.com/blogger'] });
    await preview().getByRole('button', { name: 'Add shop.example.com/blog-archive' }).waitFor();
    expect(await preview().getByRole('button', { name: 'Add shop.example.com/blogger' }).count()).toBe(0);

    purges.empty = true;
    purges.away = '';
    await push('Preview again');
    await preview().getByText('No PoP is there to say what this purge drops.').waitFor();
    expect(await preview().getByRole('img').count()).toBe(0);

    await typed('shop.example.com/news');
    await expect.poll(() => preview().getByRole('status').textContent()).toContain('was not previewed yet');
    expect(await preview().getByRole('button', { name: /^Purge/ }).count()).toBe(0);
  });

  test.each([
    ['URL', 'https://shop.example.com/a\nhttps://shop.example.com/b', { files: ['https://shop.example.com/a', 'https://shop.example.com/b'] }],
    ['Prefix', 'shop.example.com/a/', { prefixes: ['shop.example.com/a/'] }],
    ['Host', 'shop.example.com www.shop.example.com', { hosts: ['shop.example.com', 'www.shop.example.com'] }],
    ['Tag', 'Product-1, sale', { tags: ['Product-1', 'sale'] }],
  ] as const)('a purge by %s is sent as it was previewed, soft or not', async (kind, text, body) => {
    await stage.signIn(at('new'));
    await choose(kind);
    await typed(text);
    await choose('Mark stale');
    await box().getByLabel('Objects that each PoP fetches again').fill('50');
    await push('Preview');
    await preview().getByRole('button', { name: /^Mark .* stale$/ }).click();
    await receipt().waitFor();
    expect(purges.previewed).toEqual([body]);
    expect(purges.asked).toEqual([{ path: 'invalidate_cache?rewarm=50', body }]);
    await expect.poll(() => receipt().textContent()).toContain('Each PoP then fetches its hottest 50 again.');
  });

  test('a zone that asks for a second word gets its own name', async () => {
    purges.confirmAbove = 0.1;
    await stage.signIn(at('new'));
    await choose('Host');
    await typed('shop.example.com');
    await push('Preview');
    const word = preview().getByRole('textbox');
    await word.waitFor();
    expect(await preview().textContent()).toContain('above 10\u202f% of the last hour’s hits');
    expect(await preview().getByRole('button', { name: /^Purge/ }).isDisabled()).toBe(true);
    await word.fill('shop.example.co');
    expect(await preview().getByRole('button', { name: /^Purge/ }).isDisabled()).toBe(true);
    await word.fill('Shop.example.com ');
    await word.press('Enter');
    await receipt().waitFor();
    expect(purges.asked).toEqual([{ path: 'purge_cache?confirm=true', body: { hosts: ['shop.example.com'] } }]);
  });

  test('a share that grew since the preview is said, and asks for the word then', async () => {
    await stage.signIn(at('new'));
    await choose('Host');
    await typed('shop.example.com');
    await push('Preview');
    await preview().getByRole('button', { name: /^Purge 1\.31/ }).waitFor();
    purges.confirmAbove = 0.1;
    await preview().getByRole('button', { name: /^Purge 1\.31/ }).click();
    await expect.poll(() => preview().getByRole('alert').textContent()).toContain('confirm=true');
    await preview().getByRole('textbox').fill('shop.example.com');
    await preview().getByRole('button', { name: /^Purge 1\.31/ }).click();
    await receipt().waitFor();
    expect(purges.asked).toHaveLength(1);
  });

  test('purging everything needs a second word, whatever the zone says', async () => {
    await stage.signIn();
    await page.getByRole('button', { name: 'Purge', exact: true }).click();
    await choose('Everything');
    await push('Preview');
    await preview().getByRole('textbox').waitFor();
    expect(await preview().textContent()).toContain('This forgets every stored object of the zone.');
    await preview().getByRole('textbox').fill('shop.example.com');
    await push('Purge everything');
    await receipt().waitFor();
    expect(purges.asked).toEqual([{ path: 'purge_cache?confirm=true', body: { purge_everything: true } }]);
  });

  test('who cannot have a preview can purge all the same, with a second word', async () => {
    await stage.signIn(at('new'));
    purges.refusal = { status: 429, code: 971, message: 'Rate limited: nothing was purged.' };
    await typed('https://shop.example.com/');
    await push('Preview');
    await expect.poll(() => preview().getByRole('alert').first().textContent()).toBe('Rate limited: nothing was purged. Try again in 7 s.');
    await preview().getByRole('textbox').fill('shop.example.com');
    await push('Purge without a preview');
    await expect.poll(() => preview().getByRole('alert').nth(1).textContent()).toContain('Try again in 7 s.');
    purges.refusal = null;
    await push('Purge without a preview');
    await receipt().waitFor();
    expect(purges.asked).toHaveLength(1);
  });

  test('the receipt follows every PoP until all space is given back, by keyboard', async () => {
    await page.goto(api.url + at('new'));
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.type(TOKEN);
    await page.keyboard.press('Enter');
    await box().waitFor();
    purges.stopAt = 1;
    await box().getByRole('radio', { name: 'URL', exact: true }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Tab');
    await page.keyboard.type('shop.example.com/blog');
    await box().getByRole('button', { name: 'Preview', exact: true }).press('Enter');
    await preview().getByRole('button', { name: /^Purge 184/ }).press('Enter');

    await expect.poll(() => receipt().getByRole('status').first().textContent()).toBe('Waiting for iad1, sin1.');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Receipt');
    expect(await receipt().textContent()).toContain('does not cover shop.example.com/blogger');
    expect(await receipt().getByRole('img').getAttribute('aria-label')).toBe('Effective at 2 of 4 PoPs');
    const row = (pop: string): Locator => receipt().getByRole('row', { name: pop });
    expect(await row('fra1').locator('td').allTextContents()).toEqual(['+\u202f0.34\u202fms', '0.42\u202fms', '45.0\u202f%', '36.5\u202fk', '778\u202fMB']);
    expect(await row('sin1').locator('td').first().textContent()).toBe('on its way');
    expect(await row('fra1').locator('.scan-bar i').evaluate((bar) => (bar as HTMLElement).style.width)).toBe('45%');

    purges.stopAt = 3;
    await expect.poll(() => receipt().getByRole('status').first().textContent()).toBe('Effective at all 4 PoPs; space is being given back.');
    purges.stopAt = Number.POSITIVE_INFINITY;
    await expect.poll(() => receipt().getByRole('status').first().textContent()).toBe('Effective at all 4 PoPs, and all space is given back.');
    expect(await receipt().locator('.figures dd').first().textContent()).toBe('92\u202fms');
    expect(await receipt().getByTitle('184,220 objects').first().textContent()).toBe('184\u202fk');

    const id = await receipt().getByLabel('the id of the receipt', { exact: true }).textContent();
    expect(stage.hash().get('purge')).toBe(id);
    const link = await receipt().getByLabel('the link to the receipt', { exact: true }).textContent();
    await close();
    await page.goto(link!);
    await receipt().getByRole('row', { name: 'ams1' }).waitFor();
    await page.goBack();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  });

  test('a PoP that is out of reach is named, and the receipt goes on waiting for it', async () => {
    purges.away = 'ams1';
    const id = purges.keep({ tags: ['sale'] }, 5);
    await stage.signIn(at(id));
    await expect.poll(() => receipt().getByRole('status').first().textContent()).toBe('Waiting for ams1.');
    expect(await receipt().getByRole('row', { name: 'ams1' }).locator('td').first().textContent()).toBe('out of reach');
    purges.away = '';
    await expect.poll(() => receipt().getByRole('status').first().textContent()).toContain('Effective at all 4 PoPs');
  });

  test('a receipt that is not there says so in the words of the API', async () => {
    await stage.signIn(at('ab'.repeat(16)));
    await expect.poll(() => receipt().getByRole('alert').textContent()).toBe('This zone has no purge of this id; receipts are kept for 7 days');
    await box().getByRole('link', { name: 'Recent' }).click();
    await box().getByText('Nothing was purged in this zone that is still remembered.').waitFor();
  });

  test('recent purges are listed, newest first and page by page, each a link to its receipt', async () => {
    for (let i = 0; i < 25; i++) {
      purges.keep({ files: Array.from({ length: i + 1 }, (_, j) => `https://shop.example.com/${j}`) }, 25 - i, i % 2 === 0);
    }
    await stage.signIn(at('recent'));
    const links = box().getByRole('link', { name: /\d objects?$/ });
    await expect.poll(() => links.count()).toBe(20);
    expect(await links.first().textContent()).toContain('25 URLs');
    await box().getByRole('button', { name: 'Older' }).click();
    await expect.poll(() => links.count()).toBe(5);
    expect(await box().getByRole('button', { name: 'Older' }).isDisabled()).toBe(true);
    await box().getByRole('button', { name: 'Newer' }).click();
    await expect.poll(() => links.count()).toBe(20);
    await links.first().click();
    await receipt().getByRole('row', { name: 'fra1' }).waitFor();
    expect(await receipt().textContent()).toContain('marked stale');
    await receipt().getByRole('button', { name: '14 more' }).click();
    expect(await receipt().textContent()).toContain('The receipt keeps the first 20 of 25.');
    await page.goBack();
    await expect.poll(() => links.count()).toBe(20);
  });

  test('why a URL was or was not purged is explained, and what is found there can be purged', async () => {
    purges.keep({ prefixes: ['shop.example.com/blog'] }, 7);
    const id = purges.keep({ purge_everything: true }, 9, true);
    await stage.signIn(at('why'));
    const why = page.getByTestId('purge-why');
    await why.getByRole('textbox', { name: 'URL' }).fill('blog');
    await push('Explain');
    expect(await why.getByRole('alert').textContent()).toContain('blog is no absolute URL');
    await why.getByRole('textbox', { name: 'URL' }).fill('https://shop.example.com/blogger/1');
    await push('Explain');
    await expect.poll(() => why.getByRole('status').first().textContent()).toContain('the last purge was for a neighbour');
    expect(stage.hash().get('url')).toBe('https://shop.example.com/blogger/1');
    expect(await why.getByRole('region', { name: 'fra1' }).textContent()).toContain('https://shop.example.com/blogger/1 :: gzip');
    expect(await why.getByRole('region', { name: 'fra1' }).getByRole('listitem').allTextContents()).toEqual([
      expect.stringContaining('and this copy was fetched after it'),
      expect.stringContaining('goes on within the segment'),
    ]);
    for (let i = 0; i < 7; i++) {
      purges.keep({ tags: [`t${i}`] }, 12);
    }
    await page.reload();
    await why.getByRole('region', { name: 'ams1' }).getByRole('button', { name: '4 more' }).click();
    await why.getByRole('region', { name: 'ams1' }).getByRole('link', { name: 'Everything (stale)' }).click();
    await expect.poll(() => stage.hash().get('purge')).toBe(id);
    await page.goBack();
    await why.getByRole('button', { name: 'tag author-7' }).click();
    await preview().getByRole('button', { name: /^Purge 4/ }).waitFor();
    expect(purges.previewed).toEqual([{ tags: ['author-7'] }]);
  });

  test('the API behind each part is shown, and a terminal can ask it', async () => {
    await stage.signIn(at('new'));
    await choose('Prefix');
    await typed("shop.example.com/it's");
    await box().getByRole('button', { name: 'Show the API behind “What to purge”' }).click();
    const help = page.getByRole('dialog', { name: 'The API behind “What to purge”' });
    const commands = await help.locator('code').allTextContents();
    expect(commands[0]).toContain(`'${api.url}client/v4/zones/${SHOP}/purge_cache/preview'`);
    expect(commands[1]).toContain(`-d '{"prefixes":["shop.example.com/it'\\''s"]}'`);
    expect(commands.join()).not.toContain(TOKEN);
    await page.keyboard.press('Escape');
    expect(await box().isVisible()).toBe(true);
    expect(await help.count()).toBe(0);
    for (const [view, part, path] of [
      ['Recent', 'Recent purges', 'purge_cache?page=1'],
      ['Why?', 'Why was this URL (not) purged?', 'purge_cache/explain?url='],
    ] as const) {
      await box().getByRole('link', { name: view, exact: true }).click();
      await box().getByRole('button', { name: `Show the API behind “${part}”` }).click();
      expect(await page.getByRole('dialog', { name: `The API behind “${part}”` }).locator('code').textContent()).toContain(path);
      await page.keyboard.press('Escape');
    }
  });

  test('a token that may not purge is told so and stays signed in; one that was revoked is signed out', async () => {
    await stage.signIn(at('new'));
    await typed('https://shop.example.com/');
    await push('Preview');
    await preview().getByRole('button', { name: 'Purge 3 objects' }).waitFor();
    purges.refusal = { status: 403, code: 10000, message: 'Authentication error' };
    await push('Purge 3 objects');
    await expect.poll(() => preview().getByRole('alert').textContent()).toBe('Authentication error');
    expect(await page.getByLabel('API token').count()).toBe(0);
    api.tokenRevoked = true;
    await push('Purge 3 objects');
    await page.getByLabel('API token').waitFor();
  });

  test('an API that went away while a receipt is open is waited for', async () => {
    purges.stopAt = 0;
    const id = purges.keep({ tags: ['sale'] }, 0, false, 0);
    await stage.signIn(at(id));
    await expect.poll(() => receipt().getByRole('status').first().textContent()).toContain('Waiting for');
    purges.refusal = { status: 503, code: 1000, message: 'the store is starting' };
    await expect.poll(() => receipt().getByRole('alert').textContent()).toBe('the store is starting');
    expect(await receipt().getByRole('row', { name: 'fra1' }).count()).toBe(1);
    purges.refusal = null;
    purges.stopAt = Number.POSITIVE_INFINITY;
    await expect.poll(() => receipt().getByRole('alert').count()).toBe(0);
  });

  test('a purge that got no answer is not said to have failed', async () => {
    await stage.signIn(at('new'));
    await typed('https://shop.example.com/');
    await push('Preview');
    await preview().getByRole('button', { name: 'Purge 3 objects' }).waitFor();
    await api.stop();
    await push('Purge 3 objects');
    await expect.poll(() => preview().getByRole('alert').textContent()).toContain('Whether the purge was accepted is not known');
    await stage.restart();
    await box().getByRole('link', { name: 'Recent' }).click();
    await box().getByText('Nothing was purged in this zone').waitFor();
  });

  test.each(['light', 'dark'] as const)('no rule of accessibility is broken, %s', async (colorScheme) => {
    await open({ colorScheme, reducedMotion: 'reduce' });
    purges.confirmAbove = 0;
    purges.away = 'sin1';
    purges.keep({ prefixes: ['shop.example.com/blog'] }, 7);
    purges.keep({ files: ['https://shop.example.com/a', 'https://shop.example.com/b'] }, 9, true, 2);
    const check = async (where: string): Promise<void> => expect(await stage.violations(), where).toEqual([]);
    await stage.signIn(at('new'));
    await check('empty');
    await choose('Prefix');
    await typed('shop.example.com/blog');
    await push('Preview');
    await preview().getByRole('textbox').fill('shop.example.com');
    await check('preview');
    await preview().getByRole('button', { name: /^Purge/ }).click();
    await receipt().getByRole('row', { name: 'fra1' }).waitFor();
    await check('receipt');
    await box().getByRole('link', { name: 'Recent' }).click();
    await box().getByRole('link', { name: /^2 URLs/ }).waitFor();
    await check('recent');
    await box().getByRole('link', { name: 'Why?' }).click();
    await box().getByRole('textbox', { name: 'URL' }).fill('https://shop.example.com/blog/1');
    await push('Explain');
    await box().getByRole('region', { name: 'fra1' }).waitFor();
    await check('why');
    await box().getByRole('button', { name: /^Show the API/ }).click();
    await check('api');
  });

  test('a narrow screen needs no sideways scrolling', async () => {
    await open({ viewport: { width: 360, height: 740 }, hasTouch: true });
    const id = purges.keep({ prefixes: [`shop.example.com/${'long'.repeat(60)}`] }, 7);
    const fits = async (): Promise<void> =>
      expect(await box().evaluate((one) => [one.scrollWidth <= one.clientWidth, one.getBoundingClientRect().width <= innerWidth])).toEqual([true, true]);
    await stage.signIn(at(id));
    await receipt().getByRole('row', { name: 'fra1' }).waitFor();
    await fits();
    await box().getByRole('link', { name: 'Recent' }).click();
    await box().getByRole('link', { name: /^Prefix/ }).waitFor();
    await fits();
    await box().getByRole('link', { name: 'Why?' }).click();
    await box().getByRole('textbox', { name: 'URL' }).fill(`https://shop.example.com/${'long/'.repeat(40)}`);
    await push('Explain');
    await box().getByRole('region', { name: 'fra1' }).waitFor();
    await fits();
    await box().getByRole('button', { name: 'this URL', exact: true }).click();
    await preview().getByRole('img').waitFor();
    await fits();
    const below = async (): Promise<boolean> => (await preview().boundingBox())!.y > 700;
    expect(await below()).toBe(true);
    await push('Preview again');
    await expect.poll(below).toBe(false);
  });
});
