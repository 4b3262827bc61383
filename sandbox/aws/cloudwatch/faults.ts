import { AwsFault } from '../aws-fault.ts';

export function validationFault(message: string): AwsFault {
  return new AwsFault('ValidationError', message, { shape: 'ValidationException' });
}

export function alarmNotFound(name: string): AwsFault {
  return new AwsFault('ResourceNotFound', `Alarm ${JSON.stringify(name)} does not exist`, { status: 404 });
}
