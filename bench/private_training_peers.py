"""Steps a second of PyTorch without privacy, for private_training_bench: logistic regression on 60,000 rows of 100
features in batches of 256 drawn with replacement, in single and double precision, and a network of one hidden layer of
64 units in batches of 1,024, in single, on one thread. Each figure is the best of five goes, by CPU time.

Usage: /usr/bin/python3 bench/private_training_peers.py   (Debian: python3-torch)
"""
import time

import torch

torch.set_num_threads(1)


def steps_per_second(network, rows, outcome, batch, steps):
    optimiser = torch.optim.SGD(network.parameters(), lr=0.1)
    loss_of = torch.nn.BCEWithLogitsLoss()
    best = float("inf")
    for _ in range(5):
        start = time.process_time()
        for _ in range(steps):
            chosen = torch.randint(0, rows.shape[0], (batch,))
            optimiser.zero_grad()
            loss_of(network(rows[chosen]).squeeze(1), outcome[chosen]).backward()
            optimiser.step()
        best = min(best, (time.process_time() - start) / steps)
    return 1 / best


rows = torch.randn(60000, 100)
outcome = (torch.rand(60000) > 0.5).float()
hidden = torch.nn.Sequential(torch.nn.Linear(100, 64), torch.nn.Tanh(), torch.nn.Linear(64, 1))
logistic = torch.nn.Linear(100, 1)
print("logistic, batch 256:  ", round(steps_per_second(logistic, rows, outcome, 256, 300)))
print("the same, in doubles: ", round(steps_per_second(logistic.double(), rows.double(), outcome.double(), 256, 300)))
print("network, batch 1,024: ", round(steps_per_second(hidden, rows, outcome, 1024, 100)))
