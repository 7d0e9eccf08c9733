/**
 * Charts as inline SVG, made by Observable Plot on a document of linkedom: no browser, no script in the page. Colours are variables of the stylesheet, so a
 * chart follows the reader's light or dark scheme. The same options give the same bytes.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeHtml, markup, type Html } from './html-template.js';

/** Colours by role (html-style.ts). */
export const COLOUR = { first: 'var(--first)', second: 'var(--second)', soft: 'var(--soft)', line: 'var(--line)', paper: 'var(--paper)' } as const;

/** Bars are told apart by filling as well as by colour: filled ones, and outlined ones with a tint. */
export function barLook(filled: boolean): BarLook {
  return filled ? { fill: COLOUR.first, fillOpacity: 1, stroke: COLOUR.first, strokeWidth: 0 }
    : { fill: COLOUR.second, fillOpacity: 0.18, stroke: COLOUR.second, strokeWidth: 1.25 };
}

export interface BarLook {
  readonly fill: string;
  readonly fillOpacity: number;
  readonly stroke: string;
  readonly strokeWidth: number;
}

/** Units of the drawing; the page scales it to the width it has. */
export const CHART_WIDTH = 400;
export const FONT_SIZE = 11.5;

const { document } = parseHTML('<!doctype html><html><body></body></html>');

/** `label` is what a person who cannot see the chart is told. */
export function renderChart(options: Plot.PlotOptions, label: string): Html {
  const svg = Plot.plot({ width: CHART_WIDTH, ...options, document, className: 'plot' });
  svg.querySelector('style')?.remove(); // once in the page's stylesheet is enough
  for (const name of ['width', 'height', 'class']) svg.removeAttribute(name);
  svg.setAttribute('font-size', String(FONT_SIZE));
  svg.setAttribute('role', 'img');
  for (const element of svg.querySelectorAll('*')) {
    element.removeAttribute('aria-label'); // Plot names its parts in its own terms; the picture is described as a whole
    element.removeAttribute('aria-hidden');
    for (const name of GEOMETRY) {
      const value = element.getAttribute(name);
      if (value !== null) element.setAttribute(name, rounded(value));
    }
  }
  return markup(String(svg.outerHTML).replace('<svg', () => `<svg aria-label="${escapeHtml(label)}"`)); // linkedom leaves < and > in attributes as they are
}

/** Attributes that hold coordinates. */
const GEOMETRY = ['d', 'transform', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'width', 'height'] as const;

/** A hundredth of a unit: no one sees less, and the last bits of a platform's arithmetic do not show. */
const rounded = (value: string): string => value.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100));
