import type { ProviderKind } from '../config/provider-kinds.js';
import type { Kind } from './kind.js';
import { apple } from './kinds/apple.js';
import { discord } from './kinds/discord.js';
import { facebook } from './kinds/facebook.js';
import { github } from './kinds/github.js';
import { gitlab } from './kinds/gitlab.js';
import { google } from './kinds/google.js';
import { linkedin } from './kinds/linkedin.js';
import { microsoft } from './kinds/microsoft.js';
import { oidc } from './kinds/oidc.js';
import { slack } from './kinds/slack.js';
import { x } from './kinds/x.js';

/** The code of each kind; `src/config/provider-kinds.ts` has its settings. */
export const KINDS: Readonly<Record<ProviderKind, Kind>> = {
  oidc,
  google,
  microsoft,
  apple,
  github,
  gitlab,
  linkedin,
  discord,
  slack,
  facebook,
  x,
};
