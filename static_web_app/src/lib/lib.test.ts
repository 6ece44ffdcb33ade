/** Units, numbers, the rest timer and plates. */
import { describe, expect, it } from 'vitest';
import { clockOf, extendRest, leftOf, startRest } from './countdown';
import { KG_PLATES, loadBar } from './plates';
import { readNumber, toDisplay, toKg } from './units';

describe('units', () => {
  it('shows again what was entered in pounds', () => {
    for (let entered = 0.5; entered < 700; entered += 0.5) expect(toDisplay(toKg(entered, 'lb'), 'lb')).toBe(entered);
  });

  it.each([['62,5', 62.5], ['62.5', 62.5], ['1.250,5', 1250.5], ['-10', -10], ['', null]] as const)('reads %s', (text, number) => {
    expect(readNumber(text)).toBe(number);
  });

  it('says when a text is no number', () => {
    expect(readNumber('ten')).toBeNaN();
  });
});

describe('rest', () => {
  it('is right after a minute in which nothing ran', () => {
    const rest = startRest(120, 1_000);
    expect(leftOf(rest, 61_000)).toBe(60);
    expect(leftOf(rest, 500_000)).toBe(0);
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

  it('has nothing for a weight under the bar', () => {
    expect(loadBar(10, 20, KG_PLATES)).toBeNull();
  });
});
