/** What every page that we write must hold to: nothing in it is loaded or run, and the browser is told so. */
import { expect } from 'vitest';
import { allOf, type PageElement } from './parsed-page.js';

/** Expects a page, whole and as the parsed document's elements, to ask no other place for anything. */
export function expectSelfContained(page: string, document: PageElement): void {
  const all = (selector: string): PageElement[] => allOf(document, selector);
  expect(all('script, link, img, iframe, object, embed, base, form, image, use, foreignObject')).toEqual([]);
  expect(document.querySelector('meta[http-equiv="Content-Security-Policy"]')!.getAttribute('content')).toBe("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
  for (const element of all('*')) {
    for (const { name, value } of element.attributes) {
      expect(name).not.toMatch(/^on/);
      if (/^(href|src|xlink:href|action|style|fill|stroke)$/.test(name)) expect(value).not.toMatch(/https?:|\/\/|javascript:|data:/i);
    }
  }
  expect(page.match(/url\(|@import/g)).toBeNull();
  expect(/https?:\/\//.exec(page)).toBeNull();
}
