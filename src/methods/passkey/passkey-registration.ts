import { GraphQLDateTime as DateTime, GraphQLJSONObject as JSONObject } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';

@ObjectType({
  description: 'A passkey that is to be registered. Nothing changes until registerPasskey gets the credential.',
})
export class PasskeyRegistration {
  @Field(() => String, { description: 'Opaque. Pass it to registerPasskey with the credential. Do not log it.' })
  challengeToken!: string;

  @Field(() => JSONObject, {
    description: `
      The PublicKeyCredentialCreationOptionsJSON of WebAuthn, for
      PublicKeyCredential.parseCreationOptionsFromJSON() and navigator.credentials.create().
    `,
  })
  options!: object;

  @Field(() => DateTime, { description: 'When the registration expires: five minutes after it was begun.' })
  expiresAt!: Date;
}
