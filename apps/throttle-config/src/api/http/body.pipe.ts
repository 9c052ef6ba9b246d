import {
  type ArgumentMetadata,
  BadRequestException,
  Injectable,
  type PipeTransform,
} from '@nestjs/common';
import { validateSync } from 'class-validator';

/**
 * Checks a JSON body against its DTO: every property by its own rules, and no others. Values stay as they were
 * parsed; a report's annotations must not be rebuilt on the way.
 */
@Injectable()
export class BodyPipe implements PipeTransform<unknown, object> {
  /** @throws {BadRequestException} with every problem */
  transform(body: unknown, { metatype }: ArgumentMetadata): object {
    if (typeof body !== 'object' || body === null || Array.isArray(body) || !metatype)
      throw new BadRequestException(['the body must be a JSON object']);
    const dto = Object.assign(new metatype() as object, body);
    const problems = validateSync(dto, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      validationError: { target: false, value: false },
    });
    if (problems.length > 0) {
      const messages = problems.flatMap(({ constraints }) => Object.values(constraints ?? {}));
      throw new BadRequestException(messages);
    }
    return dto;
  }
}
