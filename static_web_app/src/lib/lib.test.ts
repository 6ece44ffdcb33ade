/** Units, numbers, dates, the rest timer and plates. */
import { describe, expect, it } from 'vitest';
import { clockOf, extendRest, leftOf, startRest } from './countdown';
import { dayOf, isoDate, mondayOf } from './dates';
import { KG_PLATES, LB_PLATES, loadBar } from './plates';
import { readNumber, toDisplay, toKg, toLoad, toReading } from './units';

describe('units', () => {
  it.each(['kg', 'lb'] as const)('shows again what was entered in %s, to a twentieth', (unit) => {
    for (let twentieths = 1; twentieths < 14_000; twentieths += 1) expect(toDisplay(toKg(twentieths / 20, unit), unit)).toBe(twentieths / 20);
  });

  it('shows what was entered in the other unit as it is, to a hundredth, and not as what a gym can load', () => {
    expect(toDisplay(62.5, 'lb')).toBe(137.79);
    expect(toDisplay(toKg(135, 'lb'), 'kg')).toBe(61.24);
    expect(toDisplay(61.33, 'kg')).toBe(61.33);
  });

  it('proposes whole half pounds, and kilograms and pounds as they were entered', () => {
    expect(toLoad(62.5, 'lb')).toBe(138);
    expect(toLoad(toKg(137.75, 'lb'), 'lb')).toBe(137.75);
    expect(toLoad(61.33, 'kg')).toBe(61.33);
  });

  it('keeps the tenth that scales show', () => {
    expect(toReading(72.3, 'kg')).toBe(72.3);
    expect(toReading(toKg(159.4, 'lb'), 'lb')).toBe(159.4);
  });

  it.each([['62,5', 62.5], ['62.5', 62.5], ['1.250,5', 1250.5], ['-10', -10], ['', null]] as const)('reads %s', (text, number) => {
    expect(readNumber(text)).toBe(number);
  });

  it('says when a text is no number', () => {
    expect(readNumber('ten')).toBeNaN();
  });
});

describe('dates', () => {
  it('leaves a bare date on its day, wherever the device is', () => {
    expect(isoDate(dayOf('2026-03-01'))).toBe('2026-03-01');
    expect(dayOf('2026-03-01').getHours()).toBe(0);
  });

  it.each([['2026-W01', '2025-12-29'], ['2026-W48', '2026-11-23'], ['2021-W01', '2021-01-04'], ['2020-W53', '2020-12-28']] as const)('begins %s on %s', (week, monday) => {
    expect(isoDate(mondayOf(week))).toBe(monday);
  });
});

describe('rest', () => {
  it('is right after a minute in which nothing ran', () => {
    const rest = startRest(120, 1_000);
    expect(leftOf(rest, 61_000)).toBe(60);
    expect(leftOf(rest, 500_000)).toBe(0);
    expect(leftOf(rest, -3_600_000), 'the clock was set back an hour').toBe(120);
  });

  it('moves by what is asked and never below now', () => {
    expect(leftOf(extendRest(startRest(30, 0), 15, 0), 0)).toBe(45);
    expect(leftOf(extendRest(startRest(10, 0), -15, 0), 0)).toBe(0);
  });

  it.each([[95, '1:35'], [5, '0:05'], [3725, '1:02:05']] as const)('reads %i seconds as %s', (seconds, shown) => {
    expect(clockOf(seconds)).toBe(shown);
  });
});

describe('plates', () => {
  it('never loads more than was wanted and says what is missing', () => {
    for (let wanted = 20; wanted < 260; wanted += 0.5) {
      const loaded = loadBar(wanted, 20, KG_PLATES);
      expect(loaded).not.toBeNull();
      if (loaded === null) continue;
      const total = 20 + 2 * loaded.perSide.reduce((sum, plate) => sum + plate, 0);
      expect(total).toBeCloseTo(loaded.total);
      expect(wanted - total).toBeCloseTo(loaded.missing);
      expect(total).toBeLessThanOrEqual(wanted);
    }
  });

  it('finds the nearest loading also where the heaviest plate first is not it', () => {
    expect(loadBar(80, 20, [20, 15])).toEqual({ perSide: [15, 15], total: 80, missing: 0 });
    expect(loadBar(135, 45, LB_PLATES)).toEqual({ perSide: [45], total: 135, missing: 0 });
  });

  it('has nothing for a weight under the bar', () => {
    expect(loadBar(10, 20, KG_PLATES)).toBeNull();
  });
});
