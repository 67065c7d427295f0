import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import sharp from 'sharp'
import { sniffMedia } from './index.ts'

const drawn = sharp({ create: { width: 20, height: 10, channels: 3, background: '#884422' } })
const fixture = (name: string): Promise<Buffer> => readFile(new URL(`./fixtures/${name}`, import.meta.url))

test('every kind that is taken is known by its bytes', async () => {
  const known: readonly (readonly [string, Promise<Buffer>])[] = [
    ['image/png', drawn.clone().png().toBuffer()],
    ['image/jpeg', drawn.clone().jpeg().toBuffer()],
    ['image/webp', drawn.clone().webp().toBuffer()],
    ['image/gif', drawn.clone().gif().toBuffer()],
    ['image/avif', drawn.clone().avif({ effort: 0 }).toBuffer()],
    ['video/mp4', fixture('clip-with-sound.mp4')],
    ['video/mp4', fixture('clip-index-last.mp4')],
    ['video/webm', fixture('clip.webm')],
    ['video/quicktime', fixture('clip.mov')],
    ['audio/wav', fixture('tone.wav')],
    ['audio/mpeg', fixture('tone.mp3')],
    ['audio/mpeg', fixture('tone-tagged.mp3')],
  ]
  for (const [type, bytes] of known) assert.equal(sniffMedia(await bytes), type)
})

test('nothing else is, however near it comes', () => {
  const brand = (main: string, ...others: string[]): string => `\0\0\0${String.fromCharCode(16 + others.length * 4)}ftyp${main}\0\0\0\0${others.join('')}`
  const unknown = [
    '', 'x', '<svg xmlns="http://www.w3.org/2000/svg"/>', '<?xml version="1.0"?><svg/>', '<!doctype html>', '\n\n<html>', 'GIF88a', 'GIF', '%PDF-1.7', 'PK\x03\x04', 'MZ', '#!/bin/sh',
    '\x89PNG\r\n\x1a\n', '\x89PNG\n\x1a\n\0\0\0\rIHDR', 'RIFF\0\0\0\0AVI ', 'RIFF', 'BM\0\0', 'II*\0', 'MM\0*', '\0\0\x01\0', '8BPS', '\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska', '#EXTM3U\n', 'ffconcat version 1.0',
    brand('heic', 'mif1'), brand('mif1', 'heic'), brand('M4A '), brand('crx '), brand('jp2 '), '\0\0\0\x0eftypisom', '\xff\xff\xff\xffftypisom\0\0\0\0', '\xff\xfe<\0h\0t\0m\0l\0', '\xff\xfb\x90\0not a second frame'.padEnd(600), 'ID3\x09\0\0\0\0\0\0', 'OggS', 'fLaC', '\x1f\x8b\b',
  ]
  for (const text of unknown) assert.equal(sniffMedia(Buffer.from(text, 'latin1')), null, JSON.stringify(text))
})
