import { describe, expect, it } from 'vitest';
import { renderTuneText } from '#src/reports/tune-text.js';
import { answersOf, cautionsOf } from '#src/reports/tune-verdict.js';
import { plainCase, reportOf } from './tune-report-fixture.js';

const answers = (penalty: number) => answersOf(reportOf({ ...plainCase, penalty }));

describe('the words of a verification', () => {
  it('say yes to a proposal below UniMax, by how much and how surely', () => {
    const [beats] = answers(-0.3);
    expect(beats).toMatchObject({ tone: 'good' });
    expect(beats!.answer).toMatch(/^Yes: \u22120\.\d{4} bits per byte, beyond the interval$/);
    expect(beats!.details.join(' ')).toContain('Lowest measured proxy loss on these targets: proposal.');
  });

  it('say no to one that is above it', () => {
    const [beats, worse] = answers(0.5);
    expect(beats!.answer).toMatch(/^No: it is worse, \+0\.\d{4}/);
    expect(worse!.answer).toBe('3 of 3: books, wiki and exam');
    expect(worse!.details).toContain('No target got better beyond the interval.');
  });

  it('say no to one that is not beyond the interval', () => {
    const base = reportOf();
    const measured = base.candidates.find(({ names }) => names.includes('proposal'))!.objective.delta!;
    const [beats] = answersOf(reportOf({ ...plainCase, penalty: -measured.mean }));
    expect(beats!.answer).toContain('no improvement that can be told from chance');
  });

  it('say that a difference holds for these held-out documents alone where others could turn it', () => {
    const report = reportOf({ ...plainCase, penalty: -0.3 });
    const { delta } = report.verdict;
    const fragile = { ...report, verdict: { ...report.verdict, heldOut: { mean: delta!.mean, low: delta!.mean - 1, high: delta!.mean + 1 } } };
    expect(answersOf(fragile)[0]).toMatchObject({ tone: 'check', answer: expect.stringContaining('Yes, on these held-out documents') as string });
    expect(answersOf(fragile)[0]!.details.join(' ')).toContain('Other held-out documents could turn it');
  });

  it('never speak of a better model', () => {
    for (const penalty of [-0.3, 0, 0.5]) expect(renderTuneText(reportOf({ ...plainCase, penalty }))).not.toMatch(/better model/i);
  });

  it('say that a law predicts no better than chance where its interval holds 0', () => {
    const report = reportOf();
    const fit = { ...report.fit!, targets: report.fit!.targets.map((target) => ({ ...target, crossValidated: { 'log-linear': { value: 0.05, low: -0.2, high: 0.3 }, ridge: { value: 0, low: -0.2, high: 0.2 } } })) };
    expect(answersOf({ ...report, fit })[2]).toMatchObject({ tone: 'bad', answer: 'Not for books, wiki and exam: no better than chance' });
  });

  it('warn of seeds that change nothing, and name mixtures that are one', () => {
    expect(cautionsOf(reportOf({ ...plainCase, spread: 0 }))[0]).toContain('The seeds changed no loss');
    expect(cautionsOf(reportOf())).toContain('One mixture, measured once: UniMax = recipe.');
  });

  it('fit a terminal: shares, losses, verdict', () => {
    const text = renderTuneText(reportOf());
    expect(text).toMatch(/^share \(epochs\) +proposal +UniMax = recipe +proportional +best of swarm\n/);
    expect(text).toMatch(/\nbooks +50\.0 % \(2\.50\)/);
    expect(text).toMatch(/\nexam +50\.0 % +\d\.\d{4} \u00b1 0\.\d{4}/);
    expect(text).toContain('Does the proposal beat UniMax?');
  });
});
