import type { Feature } from '../feature.js';
import { INACTIVITY } from './configuration.js';
import { EventStream } from './event-stream.entity.js';
import { setKeysRoute, transmitterRoute } from './metadata.route.js';
import { pollRoute } from './poll.route.js';
import { SecurityEvent } from './security-event.entity.js';
import { readStatusRoute, updateStatusRoute } from './status.route.js';
import {
  createStreamRoute,
  deleteStreamRoute,
  readStreamsRoute,
  replaceStreamRoute,
  updateStreamRoute,
} from './streams.route.js';
import { verifyStreamRoute } from './verify.route.js';
import { sharedSignalData } from './personal-data.js';

const DAY = 86_400_000;

/** Notifies other services of events on accounts and sessions: OpenID Shared Signals Framework 1.0, CAEP 1.0, RISC 1.0. */
export const sharedSignals: Feature = {
  name: 'shared-signals',
  entities: [EventStream, SecurityEvent],
  routes: [
    transmitterRoute,
    setKeysRoute,
    createStreamRoute,
    readStreamsRoute,
    updateStreamRoute,
    replaceStreamRoute,
    deleteStreamRoute,
    readStatusRoute,
    updateStatusRoute,
    verifyStreamRoute,
    pollRoute,
  ],
  retention: [
    { table: 'security_events', where: 'created_at < ? and failed_at is null', after: 7 * DAY },
    { table: 'security_events', where: 'failed_at < ?', after: 30 * DAY },
    { table: 'event_streams', where: 'used_at < ?', after: INACTIVITY },
  ],
  personalData: sharedSignalData,
};
