/** The colours that follow from the service's own, in CSS notation. */
export interface Shade {
  /** The colour of links. */
  accent: string;
  button: string;
  onButton: string;
}

export interface Palette {
  light: Shade;
  dark: Shade;
}

const DEFAULT: Palette = {
  light: { accent: '#1f5fd0', button: '#1f5fd0', onButton: '#ffffff' },
  dark: { accent: '#8ab4ff', button: '#8ab4ff', onButton: '#10151d' },
};

/** The background of links: the darker of the light backgrounds, the lighter of the dark ones. */
const GROUND = { light: '#f3f5f8', dark: '#1f242c' };

/** WCAG 2.2 §1.4.3: the contrast of text to its background. */
const READABLE = 4.5;
/** With less, a button cannot be distinguished from the card it is on. */
const VISIBLE = 1.25;

/** Links and buttons in the colour of the service, readable whatever it is. */
export function paletteOf(color: string | undefined): Palette {
  return color === undefined ? DEFAULT : { light: shade(color, 'light'), dark: shade(color, 'dark') };
}

/** Buttons have the colour itself, with black or white text; for links it is mixed with black or white until it is readable. */
function shade(color: string, scheme: keyof Palette): Shade {
  const ground = GROUND[scheme];
  const target = scheme === 'light' ? '#000000' : '#ffffff';
  let accent = color;
  for (let part = 0.05; contrast(accent, ground) < READABLE; part += 0.05) accent = mix(color, target, part);
  const button = contrast(color, ground) < VISIBLE ? accent : color;
  return { accent, button, onButton: contrast(button, '#ffffff') >= READABLE ? '#ffffff' : '#000000' };
}

/** WCAG 2.2, "contrast ratio". Against any colour, black or white always has 4.5 or more. */
export function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2.2, "relative luminance". */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mix(color: string, other: string, part: number): string {
  const share = Math.min(part, 1);
  const [from, to] = [channels(color), channels(other)];
  const mixed = from.map((value, index) => Math.round(value + ((to[index] ?? 0) - value) * share));
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

function channels(color: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16));
}
