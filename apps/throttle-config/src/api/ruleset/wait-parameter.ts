import { BadRequestException } from '@nestjs/common';

const maxWaitSeconds = 60;

/**
 * The `wait` of a long poll in milliseconds; 0 when there is none.
 * @throws {BadRequestException} for anything but a number of seconds from 0 to 60, with or without the unit
 */
export function parseWait(wait: unknown): number {
  if (wait === undefined || wait === '') return 0;
  const [, digits] = (typeof wait === 'string' && /^(\d{1,4}(?:\.\d{1,3})?)s?$/.exec(wait)) || [];
  const seconds = Number(digits);
  if (digits === undefined || seconds > maxWaitSeconds) {
    throw new BadRequestException(
      `wait must be from 0s to ${maxWaitSeconds}s, for example wait=30s`,
    );
  }
  return seconds * 1000;
}
