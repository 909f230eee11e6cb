// Whether the program may look for newer versions. The administrator's word comes first, then the user's. Pure.
export type UpdateFacts = {
  readonly isPackaged: boolean;
  /** The installed program knows where to look (`app-update.yml`). */
  readonly hasFeed: boolean;
  /** By its installer; what merely lies somewhere is replaced by hand. */
  readonly isInstalled: boolean;
  /** The value `DisableUpdates` of the registry, or LANCEUR_NO_UPDATES in the environment. */
  readonly forbidden: boolean;
  readonly wanted: boolean;
};

export type UpdatePolicy = 'on' | 'development' | 'noFeed' | 'portable' | 'forbidden' | 'off';

export function updatePolicy(facts: UpdateFacts): UpdatePolicy {
  if (!facts.isPackaged) return 'development';
  if (facts.forbidden) return 'forbidden';
  if (!facts.isInstalled) return 'portable';
  if (!facts.hasFeed) return 'noFeed';
  return facts.wanted ? 'on' : 'off';
}
