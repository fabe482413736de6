"""Chinese word segmentation: pkuseg's model, pruned, behind exact character offsets."""
