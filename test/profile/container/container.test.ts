import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ContainerInfo,
  containerWords,
  imageName,
  unknownContainer,
} from '../../../service/profile/container/container.ts';

const info = (known: Partial<ContainerInfo>): ContainerInfo => ({ ...unknownContainer('0123456789ab'), ...known });

test('a container is told by its name, its image and what it belongs to, as far as they are known', () => {
  const words = [
    info({}),
    info({ name: 'web', image: 'shop/web:41' }),
    info({ name: 'web', image: 'shop/web:41', pod: 'web-7f9c', namespace: 'shop' }),
    info({ podUid: '0123-4567' }),
    info({ name: 'web', family: 'shop', task: 'arn:aws:ecs:eu-west-1:1:task/prod/0123', cluster: 'prod' }),
    info({ task: '0123' }),
    info({ name: 'shop-web-1', service: 'web', image: 'web' }),
  ].map(containerWords);
  assert.deepEqual(words, [
    '0123456789ab',
    'web (image shop/web:41)',
    'web (image shop/web:41, pod shop/web-7f9c)',
    '0123456789ab (pod 0123-4567)',
    'web (ECS task 0123 of shop)',
    '0123456789ab (ECS task 0123)',
    'web (image web)',
  ]);
});

test('an image is called the same in every release; a bare digest gives way to the name in the pod or task', () => {
  const digest = `sha256:${'0'.repeat(64)}`;
  const names = [
    info({ image: 'shop/web:41' }),
    info({ image: `registry:5000/shop/web@${digest}` }),
    info({ image: `registry:5000/shop/web:41@${digest}` }),
    info({ image: 'docker.io/library/node:24' }),
    info({ image: digest, name: 'web', pod: 'web-7f9c' }),
    info({ image: 'd7af31210b28', name: 'web', family: 'shop' }),
    info({ name: 'shop-web-1', service: 'web' }),
    info({ image: digest, name: 'eager_turing' }),
  ].map(imageName);
  assert.deepEqual(names, [
    'shop/web',
    'registry:5000/shop/web',
    'registry:5000/shop/web',
    'node',
    'web',
    'web',
    'web',
    null,
  ]);
});
