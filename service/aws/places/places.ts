/** The AWS that an alarm is about: its account and region, with credentials that are good for nothing else. */
import { isOwnPlace, type OwnPlace, type Place, targetAt } from '../../rules/place.ts';
import type { Target } from '../../rules/rule-book.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { type Credentials, createPlaceClients, createStsClient, type PlaceClients } from '../clients.ts';
import { ownCredentials, roleCredentials } from './credentials.ts';

export interface Places {
  /** Where no commands may go, each call throws `PLACE_NOT_CONFIGURED`. */
  clientsAt(place: Place): PlaceClients;
}

export interface PlacesDeps {
  readonly own: OwnPlace;
  /** With the service's own credentials, whosever they are. */
  readonly clients: PlaceClients;
  /** As they are now: the rules file may change. */
  readonly targets: () => readonly Target[];
  readonly clock: Clock;
}

/** Beyond what a rules file may name; clients of targets that it names no longer are dropped. */
const MAX_KEPT = 256;

export function createPlaces({ own, clients, targets, clock }: PlacesDeps): Places {
  const sts = createStsClient(own.region);
  const kept = new Map<string, PlaceClients>();

  function clientsOf(key: readonly (string | null)[], region: string, credentials: () => Credentials): PlaceClients {
    const text = JSON.stringify(key);
    const found = kept.get(text) ?? createPlaceClients(region, credentials());
    // Those used last are kept longest.
    kept.delete(text);
    kept.set(text, found);
    for (const oldest of kept.keys()) {
      if (kept.size <= MAX_KEPT) break;
      kept.delete(oldest);
    }
    return found;
  }

  return {
    clientsAt(place) {
      const { accountId, region } = place;
      const target = targetAt(targets(), place);
      if (target !== undefined) {
        const { roleArn, externalId } = target;
        return clientsOf(['target', accountId, region, roleArn, externalId], target.region, () =>
          credentialsOf(target),
        );
      }
      if (!isOwnPlace(own, place)) {
        return clientsOf(['refused', accountId, region], region ?? own.region, () => refused(place));
      }
      if (accountId === null || own.accounts.length === 0) return clients;
      const account = { accountId, isStrict: own.accounts.length > 1 };
      return clientsOf(['own', accountId], own.region, () => ownCredentials(sts, account, clock));
    },
  };

  function credentialsOf({ accountId, roleArn, externalId }: Target): Credentials {
    if (roleArn !== null) return roleCredentials(sts, { accountId, roleArn, externalId });
    return ownCredentials(sts, { accountId, isStrict: true }, clock);
  }
}

function refused({ accountId, region }: Place): Credentials {
  const where = [...(accountId === null ? [] : [`the account ${accountId}`]), ...(region === null ? [] : [region])];
  const message = `Nothing is sent to ${where.join(' in ')}: it is not configured.`;
  const hint = 'Name it among the targets of the rules file (docs/rules.md).';
  return () => Promise.reject(new AppError('PLACE_NOT_CONFIGURED', message, { hint }));
}
