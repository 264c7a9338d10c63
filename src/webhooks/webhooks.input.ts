import { GraphQLDateTime as DateTime } from 'graphql-scalars';
import { Field, ID, InputType } from 'type-graphql';
import { z } from 'zod';
import { SUBSCRIBABLE } from './event-types.js';

const urlField = z
  .string()
  .trim()
  .max(2048, 'A URL has at most 2048 characters.')
  .regex(/^[^\p{Cc}\p{Cs}\s]+$/u, 'A URL has no spaces and no control characters.');

const descriptionField = z
  .string()
  .trim()
  .max(500, 'A description has at most 500 characters.')
  .regex(/^[^\0\p{Cs}]*$/u, 'A description has no NUL characters.');

const eventsField = z
  .array(
    z
      .string()
      .max(64, 'The type of an event has at most 64 characters.')
      .refine((name) => SUBSCRIBABLE.includes(name), 'There is no such event. docs/webhooks.md lists all of them.'),
  )
  .transform((events) => [...new Set(events)].sort());

@InputType({ description: 'A new webhook.' })
export class CreateWebhookInput {
  static readonly shape = z.object({
    url: urlField,
    description: descriptionField.nullish(),
    events: eventsField.nullish(),
  });

  @Field(() => String, { description: 'Where events are sent: https, up to 2048 characters, without a password.' })
  url!: string;

  @Field(() => String, { nullable: true, description: 'What it is for, up to 500 characters.' })
  description?: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'The types of the events that it is sent, such as user.created. Empty or left out: all but audit.recorded.',
  })
  events?: string[] | null;
}

@InputType({ description: 'Changes of a webhook. A field that is left out does not change.' })
export class UpdateWebhookInput {
  static readonly shape = z.object({
    url: urlField.nullish(),
    description: descriptionField.nullish(),
    events: eventsField.nullish(),
  });

  @Field(() => ID, { description: 'The id of the webhook.' })
  webhookId!: string;

  @Field(() => String, { nullable: true, description: 'Where events are sent. null changes nothing.' })
  url?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for, up to 500 characters. null clears it.' })
  description?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The complete list of the types that it is sent. Empty: all but audit.recorded. null changes nothing.',
  })
  events?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether events are sent. null changes nothing.' })
  enabled?: boolean | null;
}

@InputType({ description: 'Identifies a webhook.' })
export class WebhookIdInput {
  @Field(() => ID, { description: 'The id of the webhook.' })
  webhookId!: string;
}

@InputType({ description: 'One delivery, or all that failed since a given time. Give exactly one of the two.' })
export class RedeliverWebhookInput {
  @Field(() => ID, { description: 'The id of the webhook.' })
  webhookId!: string;

  @Field(() => ID, { nullable: true, description: 'The id of the delivery.' })
  deliveryId?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Deliveries that were written at this time or later, and failed.',
  })
  failedSince?: Date | null;
}
