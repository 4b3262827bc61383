export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
