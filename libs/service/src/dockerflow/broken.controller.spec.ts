import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { BrokenController, DeliberateError } from './broken.controller.js';

describe('/__broken__', () => {
  it.each([
    ['no token is configured', undefined, undefined],
    ['no token is configured, but one is sent', undefined, 'Bearer undefined'],
    ['an empty token is sent', undefined, 'Bearer '],
    ['none is sent', 'token', undefined],
    ['another is sent', 'token', 'Bearer nekot'],
    ['a longer one is sent', 'token', 'Bearer token2'],
    ['it is not a bearer token', 'token', 'Basic token'],
  ])('is not there when %s', (_, token, authorization) => {
    expect(() => new BrokenController(token).broken(authorization)).toThrow(NotFoundException);
  });

  it.each(['Bearer token', 'bearer  token'])('fails for %j', (authorization) => {
    expect(() => new BrokenController('token').broken(authorization)).toThrow(DeliberateError);
  });
});
