// Rules of a model's panel and of its levels: every measured figure is on it, what lies between two points is said to, and no level is lost by rounding.
import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { rehearsalOption, rehearsalTable, reliabilityOption, reliabilityTable } from '../../src-renderer/charts/model-charts.ts';
import { CHART_COLOURS } from '../../src-renderer/charts/palette.ts';
import { Markdown, parseMarkdown } from '../../src-renderer/components/markdown.tsx';
import { ModelFactsPanel } from '../../src-renderer/screens/models/model-facts-panel.tsx';
import {
  levelRehearsalWords,
  perDayText,
  performanceAt,
  performanceWords,
  ruleRehearsalWords,
} from '../../src-renderer/screens/models/model-words.ts';
import { levelsOf, typedOf } from '../../src-renderer/screens/settings/levels-form.ts';
import { fakeLevelRehearsal, fakeModelFacts, fakeRuleRehearsal } from './fake-model-facts.ts';

const facts = fakeModelFacts('heart');
const colours = CHART_COLOURS.light;

describe('the panel of a model', () => {
  const html = renderToStaticMarkup(
    <MantineProvider>
      <ModelFactsPanel facts={facts} levels={{ moderate: 0.4, high: 0.7 }} colours={colours} />
    </MantineProvider>,
  );

  it.each([
    ['discrimination with its interval', '0.865 to 0.915'],
    ['the outcome', 'narrowing of a coronary artery'],
    ['the population', 'three hospitals around 1988'],
    ['calibration in words', 'said 5%, came true 8%'],
    ['what a level finds', 'finds 62% of those with the outcome, flags 8% of those without it'],
    ['results by sex', 'female'],
    ['a group that cannot be told', 'not to be told'],
    ['ranges of the inputs', '29 to 77 years'],
    ['the licence', '<strong>CC BY 4.0</strong>'],
    ['limits', 'few women'],
    ['the hash', facts.sha256],
    ['the way to its card', 'Read the whole model card'],
  ])('shows %s', (_what, words) => {
    expect(html).toContain(words);
  });

  it('without levels has no part about them', () => {
    const plain = renderToStaticMarkup(
      <MantineProvider>
        <ModelFactsPanel facts={facts} levels={null} colours={colours} />
      </MantineProvider>,
    );
    expect(plain).not.toContain('What each level finds');
  });

  it('says in a table what the picture shows', () => {
    const { rows } = reliabilityTable(facts.reliability);
    expect(rows[0]).toEqual(['5%', '8%', '65']);
    expect(JSON.stringify(reliabilityOption(facts.reliability, colours))).toContain('[5,8]');
  });

  it('shows a model that never says more than a few per cent on a scale of its own', () => {
    const low = facts.reliability.slice(0, 2).map((group) => ({ ...group, observedRate: 0.1 }));
    expect(reliabilityOption(low, colours)).toMatchObject({ xAxis: { max: 25 }, yAxis: { max: 25 } });
  });
});

describe('performance at a level', () => {
  const at = (probability: number) => performanceWords(performanceAt(facts.operatingPoints, probability));

  it('is told where it was measured, roughly between two points, and not beyond them', () => {
    expect(at(0.4)).toBe('finds 90% of those with the outcome, flags 27% of those without it');
    expect(at(0.55)).toMatch(/^finds about 76% .* flags about 18%/);
    expect(at(0.9)).toBe('no figures for a level so high or low');
    expect(at(0.01)).toBe('no figures for a level so high or low');
  });
});

describe('levels as they are typed', () => {
  const model = { thresholds: { moderate: 0.3, high: 0.6 }, defaultThresholds: { moderate: 0.197, high: 0.5893 } };

  it('untouched they go back exactly, though shown rounded', () => {
    expect(typedOf(model.defaultThresholds)).toEqual({ moderate: 19.7, high: 58.9 });
    expect(levelsOf(typedOf(model.defaultThresholds), model)).toEqual(model.defaultThresholds);
    expect(levelsOf({ moderate: 25, high: 60 }, model)).toEqual({ moderate: 0.25, high: 0.6 });
  });

  it.each([
    { moderate: 60, high: 30 },
    { moderate: 0, high: 30 },
    { moderate: 30, high: 100 },
    { moderate: '', high: 30 },
  ])('%o are no levels', (typed) => {
    expect(levelsOf(typed, model)).toBeNull();
  });
});

describe('a rehearsal in words', () => {
  const rehearsal = fakeLevelRehearsal({ moderate: 0.4, high: 0.7 }, { moderate: 0.4, high: 0.5 });

  it('names what changes, per level and in alarms per day', () => {
    expect(levelRehearsalWords(rehearsal)).toMatch(
      /^Of [\d,]+ results of 6 patients in the last 14 days: moderate \d+ → \d+; high \d+ → \d+; alarms per day [\d.]+ → [\d.]+[.]$/,
    );
    const same = fakeLevelRehearsal(rehearsal.now.levels, rehearsal.now.levels);
    expect(levelRehearsalWords(same)).toContain('as now');
    expect(levelRehearsalWords({ ...rehearsal, results: 0 })).toContain('no stored results');
    expect(ruleRehearsalWords(fakeRuleRehearsal())).toContain('518 alarms (37 a day, for 5 patients)');
  });

  it('tells few alarms a day from none', () => {
    expect([0, 0.02, 0.43, 12.4].map(perDayText)).toEqual(['0', '<0.1', '0.4', '12']);
  });

  it('draws both pairs of levels, and sums every result into the table', () => {
    const drawn = JSON.stringify(rehearsalOption(rehearsal, colours));
    for (const at of [40, 70, 50]) expect(drawn).toContain(`"xAxis":${at}`);
    const total = rehearsalTable(rehearsal).rows.reduce((sum, [, count]) => sum + Number(count), 0);
    expect(total).toBe(rehearsal.results);
  });
});

describe('Markdown of a card', () => {
  it('is told apart into headings, paragraphs, lists and tables', () => {
    const blocks = parseMarkdown('# A\n\nOne\ntwo.\n\n- x\n  more\n- y\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n');
    expect(blocks).toMatchObject([
      { kind: 'heading', depth: 1, text: 'A' },
      { kind: 'paragraph', text: 'One two.' },
      { kind: 'list', items: ['x more', 'y'] },
      { kind: 'table', head: ['a', 'b'], rows: [['1', '2']] },
    ]);
  });

  it('never becomes markup or a link', () => {
    const html = renderToStaticMarkup(
      <MantineProvider>
        <Markdown source={'<img src=x onerror=alert(1)> [here](javascript:alert(1)) **b** `c`'} />
      </MantineProvider>,
    );
    expect(html).not.toMatch(/<img|<a /);
    expect(html).toContain('<strong>b</strong>');
    expect(html).toContain('<code>c</code>');
  });
});
