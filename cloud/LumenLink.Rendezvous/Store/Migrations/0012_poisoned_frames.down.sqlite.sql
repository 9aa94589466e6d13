DROP TABLE poisoned_frames;
