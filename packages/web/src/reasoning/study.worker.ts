import { reason } from '@nanoalign/experiments'
import { serveStudy } from '../study/serve-study.ts'

serveStudy({ study: 'reasoning', run: reason })
