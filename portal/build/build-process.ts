// The process in which `buildPortalIfChanged` builds.
import { buildPortal } from './build-portal.ts';

await buildPortal();
