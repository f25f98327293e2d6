"""The legal gate's register: which circle has which assessment, from when until when."""
