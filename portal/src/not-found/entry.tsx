// The code that browsers load for this page.
import { mount } from '../page/mount.tsx';
import { notFoundPage } from './page.tsx';

mount(notFoundPage);
