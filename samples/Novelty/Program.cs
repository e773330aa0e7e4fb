// Trains a small model on bright squares and asks it about bright squares and about black and white noise.

using VaeFromScratch.Tensors;
using VaeFromScratch.Vae;
using VaeFromScratch.Vae.Data;

const int size = 8, perClass = 256;
const byte square = 0, noise = 1;

var random = new Random(1);
var (pixels, labels) = (new byte[2 * perClass * size * size], new byte[2 * perClass]);
for (var i = 0; i < labels.Length; i++)
{
    labels[i] = i < perClass ? square : noise;
    var image = pixels.AsSpan(i * size * size, size * size);
    if (labels[i] == noise)
        foreach (ref var pixel in image) pixel = (byte)(255 * random.Next(2));
    else
        for (int side = random.Next(3, 6), top = random.Next(size - side), left = random.Next(size - side), y = 0; y < side; y++)
            image.Slice((top + y) * size + left, side).Fill(255);
}

var images = new ImageDataset(pixels, labels, size, size);
using var engine = new Engine();
var settings = new TrainingSettings { HeldOut = noise, Latent = 4, Hidden = [64], Batch = 32, Epochs = 100, Seed = 1 };
var trainer = new Trainer(engine, settings, images, classes: 2);
trainer.Run(progress: null, epochFinished: null, CancellationToken.None);

float[] errors = new AnomalyScorer(engine, trainer.Parameters).Score(images).Mse;
var (usual, unusual) = (errors.AsSpan(0, perClass).ToArray().Average(), errors.AsSpan(perClass).ToArray().Average());
Console.WriteLine($"mean squared error: {usual:F4} of squares, {unusual:F4} of noise");
return unusual > 2 * usual ? 0 : 1;
