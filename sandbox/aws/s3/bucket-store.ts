import { createHash } from 'node:crypto';
import { AwsFault } from '../aws-fault.ts';
import type { Checksums } from './checksum.ts';

export interface StoredObject {
  readonly body: Buffer;
  /** Quoted MD5, as S3 gives it. */
  readonly etag: string;
  readonly lastModified: Date;
  /** Content type and `x-amz-meta-…`, given back as they came. */
  readonly headers: Readonly<Record<string, string>>;
  readonly checksums: Checksums;
}

/** Everything is kept in memory; a demo needs some tens of megabytes. */
const MAX_BYTES = 512 * 1024 * 1024;
const MAX_BUCKETS = 100;

const noSuchBucket = () => new AwsFault('NoSuchBucket', 'The specified bucket does not exist', { status: 404 });

/** Buckets and their objects. */
export class BucketStore {
  private readonly buckets = new Map<string, Map<string, StoredObject>>();
  private bytes = 0;

  names(): readonly string[] {
    return [...this.buckets.keys()].sort();
  }

  /** Creating a bucket again is harmless. */
  create(name: string): void {
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
      throw new AwsFault('InvalidBucketName', 'The specified bucket is not valid.');
    if (this.buckets.has(name)) return;
    if (this.buckets.size >= MAX_BUCKETS)
      throw new AwsFault('TooManyBuckets', 'You have attempted to create more buckets than allowed');
    this.buckets.set(name, new Map());
  }

  /** Objects by key. Throws `NoSuchBucket`. */
  objects(bucket: string): ReadonlyMap<string, StoredObject> {
    return this.of(bucket);
  }

  put(bucket: string, key: string, object: Omit<StoredObject, 'etag'>): StoredObject {
    const objects = this.of(bucket);
    const growth = object.body.length - (objects.get(key)?.body.length ?? 0);
    if (this.bytes + growth > MAX_BYTES)
      throw new AwsFault('ServiceUnavailable', 'The sandbox cannot hold any more data.', { status: 503 });
    const stored = { ...object, etag: `"${createHash('md5').update(object.body).digest('hex')}"` };
    objects.set(key, stored);
    this.bytes += growth;
    return stored;
  }

  /** Deleting what is not there is harmless. */
  delete(bucket: string, key: string): void {
    const objects = this.of(bucket);
    this.bytes -= objects.get(key)?.body.length ?? 0;
    objects.delete(key);
  }

  deleteBucket(name: string): void {
    if (this.of(name).size > 0)
      throw new AwsFault('BucketNotEmpty', 'The bucket you tried to delete is not empty', { status: 409 });
    this.buckets.delete(name);
  }

  private of(bucket: string): Map<string, StoredObject> {
    const objects = this.buckets.get(bucket);
    if (!objects) throw noSuchBucket();
    return objects;
  }
}
