import type { ExampleDocument } from './example-documents.js';

/** What users change of their account. */
export const accountDocuments: ExampleDocument[] = [
  {
    name: 'RequestAvatarUpload',
    hint: 'Returns where to PUT a picture, with the access token as bearer: curl -T picture.jpg -H "content-type: image/jpeg" …',
    document: `mutation RequestAvatarUpload {
  requestAvatarUpload {
    url
    method
    maxBytes
    contentTypes
    expiresAt
  }
}`,
    signedIn: true,
  },
  {
    name: 'RemoveAvatar',
    hint: 'Removes the picture.',
    document: `mutation RemoveAvatar {
  removeAvatar { id avatarUrl }
}`,
    signedIn: true,
  },
];
