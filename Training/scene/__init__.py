"""An invented person as signed distance fields: head, torso, motion, background. Units as in AD-NeRF, about a metre."""
