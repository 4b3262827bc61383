import type { Context } from '../context.ts';
import type { Operation, RpcService } from '../operation.ts';
import type { AlarmTopics } from '../sns/alarm-topics.ts';
import { Alarms } from './alarms.ts';
import { readComposite } from './composite/put-composite-alarm.ts';
import { alarmOperations } from './describe-alarms.ts';
import { metricOperations } from './metric-operations.ts';
import { MetricStore } from './metric-store.ts';
import { readAlarm } from './put-metric-alarm.ts';
import { CpuSampler } from './sampler.ts';

/** CloudWatch: metrics measured on the fleet and put by clients, and the alarms on them. */
export class CloudWatch {
  readonly alarms: Alarms;
  readonly metrics = new MetricStore();
  readonly service: RpcService;
  private readonly context: Context;
  private readonly sampler: CpuSampler;
  private readonly periodSeconds: number;

  constructor(context: Context, topics: AlarmTopics, periodSeconds: number) {
    this.context = context;
    this.periodSeconds = periodSeconds;
    this.sampler = new CpuSampler(context.fleet, this.metrics, periodSeconds);
    this.alarms = new Alarms(context, this.metrics, topics);
    const operations: Record<string, Operation> = {
      PutMetricAlarm: (input) => {
        this.alarms.put(readAlarm(input, context, periodSeconds));
        return {};
      },
      PutCompositeAlarm: (input) => {
        this.alarms.putComposite(readComposite(input, context, (name) => this.alarms.find(name) !== undefined));
        return {};
      },
      ...alarmOperations(this.alarms),
      ...metricOperations(this.metrics, context, periodSeconds),
    };
    this.service = {
      dialect: {
        missing: 'MissingParameter',
        missingShape: 'MissingRequiredParameterException',
        invalid: 'InvalidParameterValue',
        invalidShape: 'InvalidParameterValueException',
      },
      operations: new Map(Object.entries(operations)),
    };
    this.sampler.sample(context.now());
  }

  /** One metric period: measure, then judge the alarms. */
  tick(): void {
    this.sampler.sample(this.context.now());
    this.alarms.evaluate();
  }

  /** Ticks at every whole period until the sandbox closes. */
  async run(): Promise<void> {
    const periodMs = this.periodSeconds * 1000;
    do {
      const wait = periodMs - (this.context.now() % periodMs);
      if (!(await this.context.timers.wait(wait))) return;
      this.tick();
    } while (!this.context.timers.closed);
  }
}
