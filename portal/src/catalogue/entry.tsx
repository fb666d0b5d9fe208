// The code that browsers load for this page.
import { mount } from '../page/mount.tsx';
import { cataloguePage } from './page.tsx';

mount(cataloguePage);
