// The code that browsers load for this page.
import { mount } from '../page/mount.tsx';
import { docsPage } from './page.tsx';

mount(docsPage);
