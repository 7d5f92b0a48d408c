"""AWS::S3::Bucket."""

from craton.emulator.resources.s3_bucket.bucket import Bucket

KIND = Bucket()
