/** Every text stands out from its ground, in both themes (WCAG 2.2, 1.4.3 and 1.4.11). */
import { expect, it } from 'vitest';
import { palette, TEXT_ON } from './palette';

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

it.each(TEXT_ON)('%s on %s reaches %d to 1', (text, ground, least) => {
  for (const theme of ['light', 'dark'] as const) {
    expect(contrast(palette[text][theme], palette[ground][theme])).toBeGreaterThanOrEqual(least);
  }
});
