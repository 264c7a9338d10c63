import type { Feature } from '../feature.js';
import { AvatarsResolver } from './avatars.resolver.js';
import { deleteAvatarJob } from './delete-avatar.js';
import { fetchAvatarJob } from './fetch-avatar.js';
import { readAvatarRoute } from './read-avatar.route.js';
import { updateAvatarRoute } from './update-avatar.route.js';
import { UserAvatarResolver } from './user-avatar.resolver.js';

export const avatars: Feature = {
  name: 'avatars',
  resolvers: [AvatarsResolver, UserAvatarResolver],
  routes: [updateAvatarRoute, readAvatarRoute],
  jobs: [
    // Retried for about two days, as mail is.
    { name: 'delete-avatar', retries: 600, create: (needs) => deleteAvatarJob(needs) },
    { name: 'fetch-avatar', create: (needs) => fetchAvatarJob(needs) },
  ],
};
