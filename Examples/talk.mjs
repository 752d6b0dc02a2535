#!/usr/bin/env node
// Asks for a video, follows it by server-sent events, and fetches it. Node 18 or later, no packages:
//
//     Examples/talk.mjs http://127.0.0.1:8080 demo speech.wav talk.mp4 [size=128 background=#204060 ...]
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const [base, avatar, audio, output, ...fields] = process.argv.slice(2);
const headers = process.env.ADNERF_KEY ? { Authorization: `Bearer ${process.env.ADNERF_KEY}` } : {};

async function ask(path, options = {}) {
  const response = await fetch(new URL(path, base), { headers, ...options });
  if (!response.ok) throw new Error((await response.json()).detail);
  return response;
}

/** What `EventSource` does in a browser: the data of each event. */
async function* events(response) {
  let text = "";
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + piece).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const data = block.split("\n").filter(line => line.startsWith("data:")).map(line => line.slice(5)).join("\n");
      if (data) yield JSON.parse(data);
    }
  }
}

try {
  const form = new FormData();
  form.append("avatar", avatar);
  form.append("audio", new Blob([await readFile(audio)]), "audio");
  for (const field of fields) form.append(...field.split(/=(.*)/s, 2));

  let video = await (await ask("/v1/videos", { method: "POST", body: form })).json();
  for await (video of events(await ask(video.links.events))) console.error(`${video.status} ${video.progress} %`);
  if (video.status !== "completed") throw new Error(video.error?.detail ?? video.status);
  await pipeline(Readable.fromWeb((await ask(video.links.content)).body), createWriteStream(output));
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exit(1);
}
