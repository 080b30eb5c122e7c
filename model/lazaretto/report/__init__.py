"""The main job's page: what was asked, what came out, what it rests on."""
