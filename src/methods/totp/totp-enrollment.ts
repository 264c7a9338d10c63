import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';

@ObjectType({
  description: 'An authenticator app that is to be enrolled. Nothing changes until confirmTotp gets its code.',
})
export class TotpEnrollment {
  @Field(() => String, { description: 'Opaque. Pass it to confirmTotp with a code of the app. Do not log it.' })
  challengeToken!: string;

  @Field(() => String, { description: 'The secret in Base32, for typing. Do not store it.' })
  secret!: string;

  @Field(() => String, { description: 'The secret as a URI, `otpauth://totp/…`, for a link on a device with an app.' })
  uri!: string;

  @Field(() => String, { description: 'The URI as a QR code: an SVG as a data: URI, for an img element.' })
  qrCode!: string;

  @Field(() => DateTime, { description: 'When the enrolment expires: ten minutes after it was begun.' })
  expiresAt!: Date;
}
