"""A campaign: is every step of every workflow missed by the tests of its rules?"""
