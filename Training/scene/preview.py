"""Sphere-traced pictures of the scene: a contact sheet of mouths, blinks and poses.

usage: preview.py OUT.png [--size 225] [--only NAME,...] [--columns 4]
"""
import argparse

import numpy as np
from PIL import Image

import camera
import motion
from background import room
import field

LOOKS = dict(rest=(0, .3, 0, 0), a=(1, .3, 0, 0), e=(.55, .8, 0, 0), i=(.35, 1, 0, 0), o=(.7, 0, .9, 0), u=(.3, 0, 1, 0),
             m=(0, .2, 0, 0), half=(0, .3, 0, .5), shut=(0, .3, 0, 1))


def extremes():
    """The frames of the track turned and nodded furthest."""
    track = motion.poses()
    turn, nod = track[:, 2, 0], track[:, 1, 2]
    return dict(left=track[turn.argmin()], right=track[turn.argmax()], up=track[nod.argmin()], down=track[nod.argmax()])


def picture(state, pose, first, background, size=camera.SIZE):
    """[size, size, 3], 0..1, with hard edges."""
    img = background.reshape(-1, 3).copy()
    for which, cam, s in ((field.HEAD, pose, state), (field.TORSO, first, motion.shift(pose, first))):
        o, d = camera.rays(cam, size=size)
        d = d / np.linalg.norm(d, axis=1, keepdims=True)
        t = field.trace(which, o, d, s)
        hit = t[:, 1] < 0.0003
        img[hit] = field.colour(which, (o + t[:, :1] * d)[hit], s, d[hit])
    return img.reshape(size, size, 3)


def soft(state, pose, first, background, size=camera.SIZE):
    """The same with soft surfaces: what a perfect network would show."""
    rgb, rest = field.render(field.HEAD, pose, state, size=size)
    img = rgb + rest[:, None] * background.reshape(-1, 3)
    rgb, rest = field.render(field.TORSO, first, motion.shift(pose, first), size=size)
    return (rgb + rest[:, None] * img).reshape(size, size, 3)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("out")
    ap.add_argument("--size", type=int, default=225)
    ap.add_argument("--only", default="rest,a,i,o,m,half,shut,left,right")
    ap.add_argument("--columns", type=int, default=5)
    ap.add_argument("--crop", help="x0,y0,x1,y1 of the picture, shown four times as large", default="")
    ap.add_argument("--soft", action="store_true", help="volume rendering, as the networks are asked to do")
    args = ap.parse_args()
    first, ends = motion.poses()[0], extremes()
    background = np.asarray(Image.fromarray((255 * room()).astype(np.uint8)).resize((args.size, args.size), 1)) / 255.0
    tiles, draw = [], soft if args.soft else picture
    for name in args.only.split(","):
        tiles.append(draw(LOOKS.get(name, LOOKS["rest"]), ends.get(name, first), first, background, args.size))
    if args.crop:
        x0, y0, x1, y1 = (int(v) for v in args.crop.split(","))
        tiles = [t[y0:y1, x0:x1].repeat(4, 0).repeat(4, 1) for t in tiles]
    while len(tiles) % args.columns and len(tiles) > args.columns:
        tiles.append(np.zeros_like(tiles[0]))
    rows = [np.concatenate(tiles[i:i + args.columns], 1) for i in range(0, len(tiles), args.columns)]
    Image.fromarray((255 * np.concatenate(rows, 0).clip(0, 1)).astype(np.uint8)).save(args.out)


if __name__ == "__main__":
    main()
