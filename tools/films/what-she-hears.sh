#!/usr/bin/env bash
# Makes the sound of the module on talking: the same words in a quiet room, in a noisy one, through poor hearing, and clear again.
# Needs flite and ffmpeg. Use: tools/films/what-she-hears.sh courses/content/dementia-care/media
set -euo pipefail
to=$(realpath "$1")
cd "$(mktemp -d)"
ff() { ffmpeg -y -loglevel error "$@"; }
flite -voice slt -o voice.wav -t "Good morning. Would you like tea? Or coffee?"
flite -voice rms -o radio.wav -t "And now the traffic news. There are delays on the ring road this morning, and rain is coming in from the west, with more of it in the afternoon. In sport, the home team lost again."
flite -voice awb -o table.wav -t "Who has the sugar? Pass me the sugar. No, the other one. Did you sleep well? Somebody left the door open again. It is cold in here. Where is my toast?"
plates="sine=frequency=2600:r=16000,volume='if(lt(mod(t,1.7),0.05),0.25,if(lt(mod(t+0.6,2.3),0.04),0.2,0))':eval=frame"
ff -i radio.wav -i table.wav -f lavfi -t 12 -i "anoisesrc=color=pink:amplitude=0.05:r=16000" -f lavfi -t 12 -i "$plates" \
    -filter_complex "[0]aresample=16000,volume=0.75[a];[1]aresample=16000,volume=0.7[b];[a][b][2][3]amix=inputs=4:duration=longest:normalize=0,atrim=0:12" room.wav
ff -i voice.wav -af "aresample=16000,adelay=600,apad=whole_dur=6" quiet.wav
ff -i room.wav -i voice.wav -filter_complex \
    "[0]aresample=16000,atrim=0:7[a];[1]aresample=16000,adelay=1500,volume=0.9[b];[a][b]amix=inputs=2:duration=first:normalize=0,afade=t=in:d=0.5,afade=t=out:st=6.5:d=0.5" noisy.wav
ff -i noisy.wav -af "lowpass=f=450,lowpass=f=450,volume=1.1" dull.wav
ff -i quiet.wav -af "volume=0.9,apad=whole_dur=6.5" again.wav
ff -i quiet.wav -i noisy.wav -i dull.wav -i again.wav -filter_complex "[0][1][2][3]concat=n=4:v=0:a=1,alimiter=limit=0.9" \
    -ar 22050 -ac 1 -b:a 40k "$to/what-she-hears.mp3"
